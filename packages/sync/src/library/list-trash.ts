import { type AssetDetail, SyncwatchError } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { Page } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { ASSET_DETAIL_COLUMNS, ASSET_JOINS } from './asset-columns.ts'
import { decodeAssetCursor, encodeAssetCursor } from './asset-cursor.ts'

/** What is in the trash, last deleted first. `limit` is 1 to 500. Rejects `invalid_cursor` and `invalid_input`. */
export async function listTrash(
  pool: Pool,
  { limit = 50, cursor }: { limit?: number; cursor?: string } = {},
): Promise<Page<AssetDetail>> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 500)
    throw new SyncwatchError('invalid_input', 'The limit is a whole number from 1 to 500.')
  const after = cursor === undefined ? null : decodeAssetCursor(cursor)
  const rows = await query<AssetDetail & { place: string }>(
    pool,
    `SELECT ${ASSET_DETAIL_COLUMNS}, asset.place FROM (
       SELECT asset.*, to_char(trashed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place
       FROM syncwatch.media_assets asset
       WHERE trashed_at IS NOT NULL AND ($2::timestamptz IS NULL OR (trashed_at, id) < ($2::timestamptz, $3::uuid))
       ORDER BY trashed_at DESC, id DESC LIMIT $1
     ) asset ${ASSET_JOINS} ORDER BY asset.place DESC, asset.id DESC`,
    [limit + 1, after?.createdAt ?? null, after?.id ?? null],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(({ place: _, ...row }) => row as AssetDetail),
    next_cursor:
      rows.length > limit && last !== undefined ? encodeAssetCursor({ createdAt: last.place, id: last.id }) : null,
  }
}

/** How many assets are in the trash. */
export async function countTrash(pool: Pool): Promise<number> {
  const [row] = await query<{ count: number }>(
    pool,
    'SELECT count(*) AS count FROM syncwatch.media_assets WHERE trashed_at IS NOT NULL',
  )
  return row?.count ?? 0
}
