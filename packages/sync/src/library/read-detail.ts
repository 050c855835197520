import { type AssetDetail, isUuid, SyncwatchError } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import { ASSET_DETAIL_COLUMNS, ASSET_JOINS } from './asset-columns.ts'

/** Everything that is known of an asset, live or in the trash. Rejects `asset_not_found`. */
export async function readDetail(on: Queryable, id: string): Promise<AssetDetail> {
  const [row] = isUuid(id)
    ? await query<AssetDetail & Record<string, unknown>>(
        on,
        `SELECT ${ASSET_DETAIL_COLUMNS} FROM syncwatch.media_assets asset ${ASSET_JOINS} WHERE asset.id = $1`,
        [id],
      )
    : []
  if (row === undefined) throw new SyncwatchError('asset_not_found', `There is no asset "${id.slice(0, 64)}".`)
  return row
}
