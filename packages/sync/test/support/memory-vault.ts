import { createHash } from 'node:crypto'
import { type Clock, SyncwatchError } from '@syncwatch/core'
import type { Vault, VaultEntry } from '../../src/index.ts'

/** A vault in memory, for what is not about files. */
export class MemoryVault implements Vault {
  readonly contents = new Map<string, Uint8Array>()
  readonly #derivatives = new Map<string, Uint8Array>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get now(): number {
    return this.#clock.now()
  }

  async put(stream: AsyncIterable<Uint8Array>): Promise<VaultEntry> {
    const parts: Uint8Array[] = []
    for await (const chunk of stream) parts.push(chunk)
    const bytes = Buffer.concat(parts)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    this.contents.set(sha256, bytes)
    return { sha256, size: bytes.length }
  }

  async has(sha256: string): Promise<boolean> {
    return this.contents.has(sha256)
  }

  async read(sha256: string): Promise<AsyncIterable<Uint8Array>> {
    const bytes = this.contents.get(sha256)
    if (bytes === undefined) throw new SyncwatchError('not_found', 'The vault has no such content.')
    return streamOf(bytes)
  }

  async putDerivative(sha256: string, name: string, bytes: Uint8Array): Promise<void> {
    this.#derivatives.set(`${sha256} ${name}`, bytes)
  }

  async readDerivative(sha256: string, name: string): Promise<Uint8Array | null> {
    return this.#derivatives.get(`${sha256} ${name}`) ?? null
  }

  async freeBytes(): Promise<number | null> {
    return null
  }

  async close(): Promise<void> {}
}

export async function* streamOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}
