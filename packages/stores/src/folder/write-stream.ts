import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { ContentSource } from '@syncwatch/sync'
import { Refusal } from '../local-files/refusal.ts'

/** Writes content into a new file and checks that it is what its name says. */
export async function writeStream(
  path: string,
  content: ContentSource,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stream = await content.open(signal)
  const hash = createHash('sha256')
  const file = await open(path, 'wx', 0o644)
  try {
    for await (const chunk of stream) {
      signal?.throwIfAborted()
      hash.update(chunk)
      for (let written = 0; written < chunk.length; )
        written += (await file.write(chunk, written, chunk.length - written)).bytesWritten
    }
  } finally {
    await file.close()
  }
  if (hash.digest('hex') !== content.sha256)
    throw new Refusal('item_unreadable', 'was not written: its content is not what the library says it is')
}
