import { createHash } from 'node:crypto'
import { SyncwatchError } from '@syncwatch/core'
import type { MediaInspector } from '../ports/media-inspector.ts'
import type { Store, StoreObject } from '../ports/store.ts'
import type { Vault } from '../ports/vault.ts'

/** Content that was read from a store, and the version that it was. */
export interface TakenContent {
  readonly object: StoreObject
  readonly sha256: string
  readonly size: number
  readonly mimeType: string
}

export interface TakeInOptions {
  readonly store: Store
  readonly vault: Vault
  readonly inspector: MediaInspector
  /** Whether the vault keeps the bytes; otherwise they are only hashed. */
  readonly keep: boolean
  readonly durability: 'full' | 'relaxed'
  readonly signal: AbortSignal
  /** Told how many bytes were read since it was told last. */
  onBytes(count: number): void
}

/**
 * Reads an object to its end, once, and asks the store again whether it is still the version that was opened. Rejects
 * `item_not_found` and `item_changing`, with the driver's codes otherwise.
 */
export async function takeIn(key: string, options: TakeInOptions): Promise<TakenContent> {
  return (await takeAtOnce(key, options)) ?? (await takeAsStream(key, options))
}

/** Where store and vault are both on this machine, the store does it all by itself; null where it cannot. */
async function takeAtOnce(key: string, options: TakeInOptions): Promise<TakenContent | null> {
  const { store, vault, inspector, keep, signal, durability } = options
  if (store.take === undefined || (keep && vault.localFolder === undefined)) return null
  const vaultFolder = keep ? (vault.localFolder ?? null) : null
  const taken = await store.take(key, {
    vaultFolder,
    headBytes: inspector.sniffBytes,
    durability,
    signal,
    sniffWith: inspector.sniffsWith,
  })
  if (taken === null) return null
  const { object, sha256, head } = taken
  options.onBytes(object.size)
  const mimeType = taken.mimeType ?? (await inspector.sniff(head, key))
  return { object, sha256, size: object.size, mimeType }
}

async function takeAsStream(key: string, options: TakeInOptions): Promise<TakenContent> {
  const { store, vault, signal, durability } = options
  const open = await store.read(key, { signal })
  try {
    const head = new HeadOfStream(open.stream, options.inspector.sniffBytes, options.onBytes)
    const entry = options.keep ? await vault.put(head, { signal, durability }) : await hashOnly(head)
    await assertUnchanged(store, key, open.object.version, signal)
    const mimeType = await options.inspector.sniff(head.bytes(), key)
    return { object: open.object, sha256: entry.sha256, size: entry.size, mimeType }
  } finally {
    await open.close()
  }
}

/** The classic race: what was read may already be the past. Then nothing is committed of it. */
async function assertUnchanged(store: Store, key: string, version: string, signal: AbortSignal): Promise<void> {
  const now = await store.head(key, { signal })
  if (now === null) throw new SyncwatchError('item_not_found', `"${key}" vanished while it was read.`)
  if (now.version !== version)
    throw new SyncwatchError('item_changing', `"${key}" changed while it was read. The next run looks again.`)
}

async function hashOnly(stream: AsyncIterable<Uint8Array>): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of stream) {
    hash.update(chunk)
    size += chunk.length
  }
  return { sha256: hash.digest('hex'), size }
}

/** Lets a stream pass, counts it and remembers its first bytes. */
class HeadOfStream implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>
  readonly #wanted: number
  readonly #onBytes: (count: number) => void
  readonly #parts: Uint8Array[] = []

  constructor(source: AsyncIterable<Uint8Array>, wanted: number, onBytes: (count: number) => void) {
    this.#source = source
    this.#wanted = wanted
    this.#onBytes = onBytes
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let missing = this.#wanted
    for await (const chunk of this.#source) {
      if (missing > 0) {
        this.#parts.push(Uint8Array.from(chunk.subarray(0, missing)))
        missing -= Math.min(missing, chunk.length)
      }
      this.#onBytes(chunk.length)
      yield chunk
    }
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}
