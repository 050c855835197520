import type { AssetId, StoreId } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'

/** What a person decided about a conflict that was held, to be carried out by the next run. */
export interface Decision {
  readonly conflictId: string
  readonly assetId: AssetId
  /** Takes the place of the store's conflict policy for this asset. */
  readonly policy: 'library' | 'store' | 'keep-both'
  /** It holds only while the library's side has this revision and the store's this version; null where a side was gone. */
  readonly libraryRevision: number | null
  readonly storeVersion: string | null
}

const POLICIES = { library: 'library', store: 'store', both: 'keep-both' } as const

/** The decisions about these assets in this store that no run has carried out yet, by asset. */
export async function readDecisions(
  on: Queryable,
  storeId: StoreId,
  assetIds: readonly string[],
): Promise<ReadonlyMap<string, Decision>> {
  if (assetIds.length === 0) return new Map()
  const rows = await query<{
    id: string
    asset_id: AssetId
    resolution: keyof typeof POLICIES
    revision: number | null
    version: string | null
  }>(
    on,
    `SELECT id, asset_id, resolution, (library_side ->> 'revision')::bigint AS revision, store_side ->> 'version' AS version
     FROM syncwatch.media_conflicts
     WHERE store_id = $1 AND asset_id = ANY ($2::uuid[]) AND outcome = 'held' AND state = 'resolved' AND applied_at IS NULL
     ORDER BY resolved_at`,
    [storeId, assetIds],
  )
  return new Map(
    rows.map((row) => [
      row.asset_id,
      {
        conflictId: row.id,
        assetId: row.asset_id,
        policy: POLICIES[row.resolution],
        libraryRevision: row.revision,
        storeVersion: row.version,
      },
    ]),
  )
}

/** Says, in the transaction that carried them out, that these decisions are done. `copyAssetId`: what the loser lives on as. */
export async function markApplied(
  on: Queryable,
  done: readonly { readonly conflictId: string; readonly copyAssetId: string | null }[],
): Promise<void> {
  if (done.length === 0) return
  await query(
    on,
    `UPDATE syncwatch.media_conflicts conflict
     SET applied_at = now(), copy_asset_id = coalesce(given.copy_asset_id, conflict.copy_asset_id), updated_at = now()
     FROM json_to_recordset($1::json) AS given (id uuid, copy_asset_id uuid)
     WHERE conflict.id = given.id AND conflict.applied_at IS NULL`,
    [JSON.stringify(done.map(({ conflictId, copyAssetId }) => ({ id: conflictId, copy_asset_id: copyAssetId })))],
  )
}
