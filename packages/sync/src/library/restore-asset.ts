import type { AssetDetail } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import { parseAssetKey } from './asset-key.ts'
import { refusingTakenKey } from './key-taken.ts'
import type { EditedBy, LibraryContext } from './library-context.ts'
import { lockAsset, peekAsset } from './lock-asset.ts'
import { readDetail } from './read-detail.ts'

/**
 * Takes an asset out of the trash, under its old key or another one. Rejects `asset_not_found` (also for what is not in the
 * trash), `revision_stale`, `asset_exists` where its key was taken meanwhile, `item_name_invalid` and `item_outside_root`.
 */
export async function restoreAsset(
  context: LibraryContext,
  id: string,
  { by, revision, key: chosen }: EditedBy & { readonly key?: string },
): Promise<AssetDetail> {
  const wanted = { id, revision, place: 'trash' } as const
  const { key: old } = await peekAsset(context.pool, wanted)
  const key = chosen === undefined ? old : parseAssetKey(chosen)
  await refusingTakenKey(context.pool, key, () =>
    transaction(context.pool, async (client) => {
      await lockAsset(client, wanted)
      await query(
        client,
        `UPDATE syncwatch.media_assets SET key = $2, trashed_at = NULL, trashed_by = NULL, trash_reason = NULL,
           trash_approved_by = NULL WHERE id = $1`,
        [id, key],
      )
    }),
  )
  context.onChanged([id], by)
  return readDetail(context.pool, id)
}
