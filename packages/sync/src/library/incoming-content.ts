import { byteWords, SyncwatchError } from '@syncwatch/core'
import type { LibraryContext } from './library-context.ts'

/** Content that was taken into the vault and belongs to nothing yet. */
export interface IncomingContent {
  readonly sha256: string
  readonly size: number
  readonly mimeType: string
}

/**
 * Takes bytes from a person into the vault and tells their type by the first of them. Nothing is left in the vault's way when it
 * rejects: `payload_too_large`, `disk_full`.
 */
export async function takeContent(
  { vault, inspector, maxContentBytes, durability }: LibraryContext,
  stream: AsyncIterable<Uint8Array>,
  key: string,
  signal?: AbortSignal,
): Promise<IncomingContent> {
  const head: Uint8Array[] = []
  const options = { ...(signal && { signal }), ...(durability && { durability }) }
  const entry = await vault.put(watched(stream, inspector.sniffBytes, maxContentBytes, head), options)
  return { ...entry, mimeType: await inspector.sniff(Buffer.concat(head), key) }
}

async function* watched(
  stream: AsyncIterable<Uint8Array>,
  wanted: number,
  most: number,
  head: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of stream) {
    if (size < wanted) head.push(Uint8Array.from(chunk.subarray(0, wanted - size)))
    size += chunk.length
    if (size > most)
      throw new SyncwatchError('payload_too_large', `Content may have at most ${byteWords(most)}.`, {
        details: { most },
      })
    yield chunk
  }
}
