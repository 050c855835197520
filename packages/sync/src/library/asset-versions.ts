import { type AssetDetail, type AssetVersion, isUuid, SyncwatchError } from '@syncwatch/core'
import { type Queryable, query, transaction } from '@syncwatch/database'
import type { EditedBy, LibraryContext } from './library-context.ts'
import { lockAsset } from './lock-asset.ts'
import { readDetail } from './read-detail.ts'
import { setContent } from './set-content.ts'

const COLUMNS = `id, asset_id, key, sha256, size, mime_type, content_modified_at, reason, replaced_by, replaced_at`

/** Content that an asset had before and that is kept, latest first; at most 500. Rejects `asset_not_found`. */
export async function listVersions(on: Queryable, assetId: string): Promise<AssetVersion[]> {
  const { id } = await readDetail(on, assetId)
  return query<AssetVersion & Record<string, unknown>>(
    on,
    `SELECT ${COLUMNS} FROM syncwatch.media_asset_versions WHERE asset_id = $1
     ORDER BY replaced_at DESC, id DESC LIMIT 500`,
    [id],
  )
}

/** One of them. Rejects `asset_not_found` and `version_not_found`. */
export async function readVersion(on: Queryable, assetId: string, versionId: string): Promise<AssetVersion> {
  const { id, key } = await readDetail(on, assetId)
  const [row] = isUuid(versionId)
    ? await query<AssetVersion & Record<string, unknown>>(
        on,
        `SELECT ${COLUMNS} FROM syncwatch.media_asset_versions WHERE asset_id = $1 AND id = $2`,
        [id, versionId],
      )
    : []
  if (row === undefined)
    throw new SyncwatchError('version_not_found', `"${key}" has no version "${versionId.slice(0, 64)}".`)
  return row
}

/**
 * Gives an asset the content of an earlier version; what it has now becomes a version in turn. Name and metadata stay. Rejects
 * `version_not_found` (also where the vault has its bytes no more), `revision_stale`, `asset_not_found` and `asset_trashed`.
 */
export async function restoreVersion(
  context: LibraryContext,
  assetId: string,
  versionId: string,
  { by, revision }: EditedBy,
): Promise<AssetDetail> {
  const { pool, vault, inspector } = context
  const version = await readVersion(pool, assetId, versionId)
  if (!(await vault.has(version.sha256, version.size)))
    throw new SyncwatchError(
      'version_not_found',
      `The vault does not have the bytes of this version of "${version.key}".`,
    )
  await transaction(pool, async (client) => {
    const before = await lockAsset(client, { id: assetId, revision, place: 'live' })
    const content = {
      sha256: version.sha256,
      size: version.size,
      mimeType: version.mime_type,
      modifiedAt: new Date(context.clock.now()).toISOString(),
    }
    await setContent(client, before, content, { by, reason: 'restored', inspector })
  })
  context.onContent()
  context.onChanged([assetId], by)
  return readDetail(pool, assetId)
}
