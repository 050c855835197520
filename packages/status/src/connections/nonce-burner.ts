import { sleep } from '@syncwatch/core'
import { burnNonces } from '../queries/burn-nonces.ts'
import type { StatusContext } from '../status-context.ts'
import { Batcher } from '../write/batcher.ts'

interface Nonce {
  readonly nonce: string
  readonly expiresAt: Date
}

/** A herd of clients costs one statement in this time. */
const WINDOW_MS = 50

/** Makes sure that a ticket opens one connection only, on whichever node it is shown. */
export class NonceBurner {
  readonly #batcher: Batcher<Nonce, boolean>

  constructor(context: StatusContext) {
    this.#batcher = new Batcher((nonces) => burn(context, nonces), { wait: () => sleep(context.clock, WINDOW_MS) })
  }

  /** False when it was used before. Rejects with `database_unavailable` when nobody can tell. */
  burn(nonce: string, expiresAt: Date): Promise<boolean> {
    return this.#batcher.add({ nonce, expiresAt })
  }
}

async function burn({ database }: StatusContext, nonces: readonly Nonce[]): Promise<boolean[]> {
  const rows = await database.query<{ nonce: string }>(burnNonces(database.schema), [
    nonces.map(({ nonce }) => nonce),
    nonces.map(({ expiresAt }) => expiresAt.toISOString()),
  ])
  const fresh = new Set(rows.map(({ nonce }) => nonce))
  // The same one twice in a batch: the first is the one that counts.
  return nonces.map(({ nonce }) => fresh.delete(nonce))
}
