import type { AssetSyncState } from '@syncwatch/core'
import { inScopeSql } from '../stores/store-scope.ts'

/** Whether a store (`store`) is not known to have an asset (`asset`) as it is now, by what both agreed on (`base`). */
export const DIFFERS = `(base.differs_since IS NOT NULL
  OR (store.mode <> 'pull' AND base.library_revision IS DISTINCT FROM asset.revision))`

/** When an asset and a store were last known to agree. */
export const VERIFIED_AT = `CASE WHEN ${DIFFERS} THEN base.verified_at
  ELSE greatest(base.verified_at, store.verified_at) END`

/** Whether a store (`store`) that is written to is to have an asset (`asset`), by its name. */
const BELONGS = `(store.mode <> 'pull' AND ${inScopeSql('asset.key')})`

/** Whether what was agreed on (`base`) still counts: what lies outside the scope of its store is not synced, and released by the next run. */
export const COUNTS = `(base.state = 'present' AND ${inScopeSql('base.remote_key')})`

/**
 * Which assets may be in a state: a condition on `asset` that the database can look at as a whole, instead of at one asset after the other
 * until a page is full. Of 100,000 assets in two stores three that differ are found in a third of the time, none that nobody
 * has in a tenth. The many that are in sync fill a page at once.
 */
export const MAY_BE: Readonly<Record<AssetSyncState, string>> = {
  in_sync: 'true',
  differs: `asset.id IN (
    SELECT asset.id FROM syncwatch.media_replicas base
    JOIN syncwatch.stores store ON store.id = base.store_id
    JOIN syncwatch.media_assets asset ON asset.id = base.asset_id
    WHERE ${COUNTS} AND ${DIFFERS}
    UNION ALL
    SELECT asset.id FROM syncwatch.media_assets asset CROSS JOIN syncwatch.stores store
    WHERE asset.trashed_at IS NULL AND ${BELONGS} AND NOT EXISTS (
      SELECT FROM syncwatch.media_replicas base
      WHERE base.store_id = store.id AND base.asset_id = asset.id AND ${COUNTS}))`,
  not_verified: `NOT EXISTS (
    SELECT FROM syncwatch.media_replicas base JOIN syncwatch.stores store ON store.id = base.store_id
    WHERE base.asset_id = asset.id AND ${COUNTS})`,
}

/**
 * The columns of an `AssetRow` of `asset`. An asset was verified at the later of its own time and the last complete run
 * that did not list it as different, so most replicas are never written to say so. It is in sync where every store that is
 * written to agreed on the revision that it has now; one that a store does not have yet, or not as it is now, differs.
 */
export const ASSET_COLUMNS = `
  asset.id, asset.rev, asset.revision, asset.key, asset.folder, asset.name, asset.size, asset.mime_type, asset.sha256,
  asset.width, asset.height, asset.display_name, asset.description, asset.alt_text, asset.tags,
  asset.content_modified_at, coalesce(thumbnail.state, 'none') AS thumbnail,
  CASE WHEN bases.count IS NULL OR bases.count = 0 THEN 'not_verified'
       WHEN bases.differing > 0 THEN 'differs' ELSE 'in_sync' END AS sync_state,
  bases.verified_at, asset.created_at, asset.updated_at`

export const ASSET_JOINS = `
  LEFT JOIN syncwatch.media_derivatives thumbnail ON thumbnail.sha256 = asset.sha256 AND thumbnail.kind = 'thumbnail'
  LEFT JOIN LATERAL (
    SELECT count(base.id) AS count, count(*) FILTER (WHERE base.id IS NULL OR ${DIFFERS}) AS differing,
           min(${VERIFIED_AT}) AS verified_at
    FROM syncwatch.stores store LEFT JOIN syncwatch.media_replicas base
      ON base.store_id = store.id AND base.asset_id = asset.id AND ${COUNTS}
    WHERE base.id IS NOT NULL OR ${BELONGS}
  ) bases ON true`

/** The columns of an `AssetDetail` besides. */
export const ASSET_DETAIL_COLUMNS = `${ASSET_COLUMNS},
  asset.custom, asset.metadata_modified_at, asset.trashed_at, asset.trashed_by, asset.trash_reason,
  (SELECT count(*) FROM syncwatch.media_usage usage WHERE usage.asset_id = asset.id) AS usage_count`
