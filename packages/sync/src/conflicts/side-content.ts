import { type ConflictSideRow, SyncwatchError } from '@syncwatch/core'
import type { LibraryContext } from '../library/library-context.ts'
import { THUMBNAIL_NAME } from '../media/thumbnail-name.ts'
import { readConflict } from './list-conflicts.ts'

export type ConflictSideName = 'library' | 'store'

/** Content of one side of a conflict that is at hand. */
export interface SideContent {
  readonly sha256: string
  readonly size: number
  readonly mimeType: string | null
  readonly key: string
  read(range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>
}

/** A file larger than this is not decoded while somebody waits for its picture. */
const MOST_PICTURE_BYTES = 64 * 1024 * 1024

/**
 * What one side of a conflict had, from the vault. Rejects `conflict_not_found`, and `not_found` where that side was deleted or
 * only its store has the bytes (reference mode).
 */
export async function sideContent(context: LibraryContext, id: string, name: ConflictSideName): Promise<SideContent> {
  const side = await sideOf(context, id, name)
  const { sha256, size, mime_type: mimeType, key } = side
  if (sha256 === null || !(await context.vault.has(sha256, size)))
    throw new SyncwatchError('not_found', `The library does not have the content that "${key}" had on that side.`)
  return { sha256, size, mimeType, key, read: (range) => context.vault.read(sha256, range) }
}

/** A small picture of it as WebP, made now where nobody has made it yet. Rejects as `sideContent` does, and `media_unreadable`. */
export async function sideThumbnail(
  context: LibraryContext,
  id: string,
  name: ConflictSideName,
): Promise<{ bytes: Uint8Array; sha256: string; key: string }> {
  const { vault, inspector } = context
  const content = await sideContent(context, id, name)
  const { sha256, size, mimeType, key } = content
  const made = await vault.readDerivative(sha256, THUMBNAIL_NAME)
  if (made !== null) return { bytes: made, sha256, key }
  if (mimeType === null || !inspector.canInspect(mimeType) || size > MOST_PICTURE_BYTES)
    throw new SyncwatchError('not_found', `There is no thumbnail of "${key}".`)
  const { thumbnail } = await inspector.inspect(await content.read())
  await vault.putDerivative(sha256, THUMBNAIL_NAME, thumbnail)
  return { bytes: thumbnail, sha256, key }
}

async function sideOf(context: LibraryContext, id: string, name: ConflictSideName): Promise<ConflictSideRow> {
  const conflict = await readConflict(context.pool, id)
  const side = name === 'library' ? conflict.library_side : conflict.store_side
  if (side !== null) return side
  throw new SyncwatchError('not_found', `"${conflict.key}" was deleted on that side.`)
}
