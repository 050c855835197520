import type { AssetDetail } from '@syncwatch/core'
import { transaction } from '@syncwatch/database'
import { takeContent } from './incoming-content.ts'
import type { EditedBy, LibraryContext } from './library-context.ts'
import { lockAsset, peekAsset } from './lock-asset.ts'
import { readDetail } from './read-detail.ts'
import { setContent } from './set-content.ts'

/**
 * Replaces the bytes of an asset; those that it had are kept as a version. The type is told by the bytes. The same bytes again
 * change nothing. Rejects `asset_not_found`, `asset_trashed`, `revision_stale`, `payload_too_large` and `disk_full`.
 */
export async function replaceContent(
  context: LibraryContext,
  id: string,
  stream: AsyncIterable<Uint8Array>,
  { by, revision, signal }: EditedBy & { readonly signal?: AbortSignal },
): Promise<AssetDetail> {
  const wanted = { id, revision, place: 'live' } as const
  // Asked before the bytes come, and again when they are there: nobody uploads for an hour to be refused.
  const { key } = await peekAsset(context.pool, wanted)
  const content = await takeContent(context, stream, key, signal)
  const modifiedAt = new Date(context.clock.now()).toISOString()
  const changed = await transaction(context.pool, async (client) => {
    const before = await lockAsset(client, wanted)
    await setContent(
      client,
      before,
      { ...content, modifiedAt },
      { by, reason: 'replaced', inspector: context.inspector },
    )
    return before.sha256 !== content.sha256
  })
  if (changed) {
    context.onContent()
    context.onChanged([id], by)
  }
  return readDetail(context.pool, id)
}
