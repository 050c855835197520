/**
 * The columns of an `AssetRow` of `asset`. An asset was verified at the later of its own time and the last complete run
 * that did not list it as different, so most replicas are never written to say so.
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
    SELECT count(*) AS count, count(*) FILTER (WHERE base.differs_since IS NOT NULL) AS differing,
           min(CASE WHEN base.differs_since IS NULL THEN greatest(base.verified_at, store.verified_at)
                    ELSE base.verified_at END) AS verified_at
    FROM syncwatch.media_replicas base JOIN syncwatch.stores store ON store.id = base.store_id
    WHERE base.asset_id = asset.id AND base.state = 'present'
  ) bases ON true`

/** The columns of an `AssetDetail` besides. */
export const ASSET_DETAIL_COLUMNS = `${ASSET_COLUMNS},
  asset.custom, asset.metadata_modified_at, asset.trashed_at, asset.trashed_by, asset.trash_reason,
  (SELECT count(*) FROM syncwatch.media_usage usage WHERE usage.asset_id = asset.id) AS usage_count`
