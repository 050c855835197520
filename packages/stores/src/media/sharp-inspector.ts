import { SyncwatchError } from '@syncwatch/core'
import type { ImageFacts, MediaInspector } from '@syncwatch/sync'
import sharp from 'sharp'
import { sniffMimeType } from '../local-files/mime-type.ts'

/** Longest side of a thumbnail in pixels. */
const THUMBNAIL_PIXELS = 320
/** An image of more pixels is not decoded: a small file can claim any size. */
const MAX_PIXELS = 200_000_000
const MAX_BYTES = 256 * 1024 * 1024
const MAX_SECONDS = 30

/** What libvips in sharp's own build reads. SVG is left out: it can refer to files and to the network. */
const READABLE: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/tiff',
])

/** Dimensions and thumbnails by `sharp`, types by `file-type`. */
export class SharpInspector implements MediaInspector {
  readonly sniffBytes = 4100
  readonly sniffsWith = 'file-type'

  constructor() {
    // One image at a time and none remembered: media jobs must not take the machine from the sync.
    sharp.cache(false)
    sharp.concurrency(1)
  }

  sniff(head: Uint8Array, key: string): Promise<string> {
    return sniffMimeType(head, key)
  }

  canInspect(mimeType: string): boolean {
    return READABLE.has(mimeType)
  }

  async inspect(stream: AsyncIterable<Uint8Array>): Promise<ImageFacts> {
    const bytes = await collect(stream)
    try {
      const options = { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true, animated: false } as const
      const { autoOrient } = await sharp(bytes, options).metadata()
      const thumbnail = await sharp(bytes, options)
        .autoOrient()
        .resize(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS, { fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 78 })
        .timeout({ seconds: MAX_SECONDS })
        .toBuffer()
      return { width: autoOrient.width, height: autoOrient.height, thumbnail }
    } catch (error) {
      throw new SyncwatchError('media_unreadable', `The image cannot be read: ${firstLine(error)}`, { cause: error })
    }
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of stream) {
    size += part.length
    if (size > MAX_BYTES) throw new SyncwatchError('media_unreadable', 'The image is too large for a thumbnail.')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
