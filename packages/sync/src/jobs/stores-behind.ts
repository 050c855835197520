import type { AssetId, Cursor, StoreId } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import { inScopeSql } from '../stores/store-scope.ts'

/** An asset that a store does not have as the library does. */
export interface AssetBehind {
  readonly store_id: StoreId
  readonly id: AssetId
  readonly key: string
  readonly revision: number
  /** What is to be done in the store, as the operation is called. */
  readonly change: 'upload' | 'update' | 'delete'
}

/** Which assets are looked at: these, or those that changed at or after a cursor and are not known to differ already. */
type AssetSelection = { readonly ids: readonly string[] } | { readonly since: Cursor }

/**
 * What the stores have to follow: for each of them at most so many assets that are not as they were agreed on, and are
 * not left out by its scope.
 */
export async function assetsBehind(
  on: Queryable,
  storeIds: readonly StoreId[],
  selection: AssetSelection,
  mostOfStore: number,
): Promise<AssetBehind[]> {
  const [selected, given] =
    'ids' in selection
      ? ['asset.id = ANY ($2::text[]::uuid[])', selection.ids]
      : ['asset.changed_xid >= $2::xid8 AND base.differs_since IS NULL', selection.since]
  return query<AssetBehind & Record<string, unknown>>(
    on,
    `SELECT store_id, id, key, revision, change FROM (
       SELECT store.id AS store_id, asset.id, asset.key, asset.revision,
              CASE WHEN base.id IS NULL THEN 'upload' WHEN asset.trashed_at IS NOT NULL THEN 'delete' ELSE 'update' END AS change,
              row_number() OVER (PARTITION BY store.id ORDER BY asset.id) AS nth
       FROM syncwatch.stores store CROSS JOIN syncwatch.media_assets asset
       LEFT JOIN syncwatch.media_replicas base
         ON base.asset_id = asset.id AND base.store_id = store.id AND base.state = 'present'
         AND ${inScopeSql('base.remote_key')}
       WHERE store.id = ANY ($1::uuid[]) AND ${selected}
         AND CASE WHEN base.id IS NOT NULL
             THEN asset.trashed_at IS NOT NULL OR base.library_revision IS DISTINCT FROM asset.revision
             ELSE asset.trashed_at IS NULL AND ${inScopeSql('asset.key')} END
     ) behind WHERE nth <= $3 ORDER BY store_id, nth`,
    [storeIds, given, mostOfStore],
  )
}

/** Where the next look has to begin: what commits from now on is at or after it. */
export async function libraryCursor(on: Queryable): Promise<Cursor> {
  const [row] = await query<{ cursor: Cursor }>(on, 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS cursor')
  return row?.cursor ?? '0'
}

/**
 * Whether a whole run could do what the sync of one asset left undone: it sees what is absent and may be asked for an approval.
 * A conflict that waits for a person and an attempt that failed stay what they are.
 */
export async function needsWholeRun(on: Queryable, storeId: StoreId, assetId: string): Promise<boolean> {
  const [row] = await query(
    on,
    `SELECT 1 FROM syncwatch.media_replicas base
     WHERE base.store_id = $1 AND base.asset_id = $2 AND base.state = 'present'
       AND (base.error_code IS NULL OR base.error_code IN ('held_back', 'item_changing', 'precondition_failed'))
       AND NOT EXISTS (SELECT FROM syncwatch.media_conflicts conflict
                       WHERE conflict.store_id = $1 AND conflict.asset_id = $2 AND conflict.state = 'open')`,
    [storeId, assetId],
  )
  return row !== undefined
}

/** Counts what a store has, after assets were synced one by one. A run counts by itself. */
export async function recountStore(on: Queryable, storeId: StoreId): Promise<void> {
  await query(
    on,
    `UPDATE syncwatch.stores store SET asset_count = has.count, total_bytes = has.bytes
     FROM (SELECT count(*) AS count, coalesce(sum(remote_size), 0) AS bytes FROM syncwatch.media_replicas
           WHERE store_id = $1 AND state = 'present') has
     WHERE store.id = $1 AND (store.asset_count, store.total_bytes) IS DISTINCT FROM (has.count, has.bytes)`,
    [storeId],
  )
}
