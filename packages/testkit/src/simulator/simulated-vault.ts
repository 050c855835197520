import { createHash } from 'node:crypto'
import { SyncwatchError } from '@syncwatch/core'
import type { Vault, VaultEntry } from '@syncwatch/sync'

/** Bytes by their hash, which outlive the processes that bring them. */
export class VaultContents {
  /** While true, no process can bring anything in. */
  isFull = false
  readonly #contents = new Map<string, Buffer>()

  add(text: string): VaultEntry {
    const bytes = Buffer.from(text)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    this.#contents.set(sha256, bytes)
    return { sha256, size: bytes.length }
  }

  get(sha256: string): Buffer | undefined {
    return this.#contents.get(sha256)
  }
}

/** A process's way to the vault. `step` runs before and after each change, and may end the process there. */
export class SimulatedVault implements Vault {
  readonly #contents: VaultContents
  readonly #step: (name: string) => Promise<void>

  constructor(contents: VaultContents, step: (name: string) => Promise<void>) {
    this.#contents = contents
    this.#step = step
  }

  async put(stream: AsyncIterable<Uint8Array>): Promise<VaultEntry> {
    const parts: Uint8Array[] = []
    for await (const part of stream) parts.push(part)
    await this.#step('put')
    if (this.#contents.isFull) throw new SyncwatchError('disk_full', 'No room is left in the vault.')
    const entry = this.#contents.add(Buffer.concat(parts).toString())
    await this.#step('have put')
    return entry
  }

  async has(sha256: string, size?: number): Promise<boolean> {
    const bytes = this.#contents.get(sha256)
    return bytes !== undefined && (size === undefined || bytes.length === size)
  }

  async read(sha256: string): Promise<AsyncIterable<Uint8Array>> {
    const bytes = this.#contents.get(sha256)
    if (bytes === undefined) throw new SyncwatchError('not_found', 'The vault has no such content.')
    return whole(bytes)
  }

  async putDerivative(): Promise<void> {}

  async readDerivative(): Promise<null> {
    return null
  }

  async freeBytes(): Promise<null> {
    return null
  }

  async close(): Promise<void> {}
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
