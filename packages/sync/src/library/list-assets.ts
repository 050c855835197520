import { type AssetRow, type AssetSyncState, SyncwatchError } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { Page } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { ASSET_COLUMNS, ASSET_JOINS, MAY_BE } from './asset-columns.ts'
import { decodeAssetCursor, encodeAssetCursor } from './asset-cursor.ts'

export interface AssetQuery {
  /** 1 to 500, 50 by default. */
  limit?: number
  cursor?: string
  /** Only assets whose key contains this, letter case aside. */
  search?: string
  /** Only assets directly in this folder; '' is the root. */
  folder?: string
  /** Only the asset of exactly this key. */
  key?: string
  /** Only what is of this kind; `other` is neither of the others. */
  type?: AssetKind
  sync_state?: AssetSyncState
}

export const ASSET_KINDS = ['image', 'video', 'audio', 'other'] as const
export type AssetKind = (typeof ASSET_KINDS)[number]

/** A folder that has live assets, and how many directly in it; '' is the root. */
export interface FolderRow {
  folder: string
  asset_count: number
}

/** The folders of the live assets, by name; at most 1,000. */
export function listFolders(pool: Pool): Promise<FolderRow[]> {
  return query<FolderRow & Record<string, unknown>>(
    pool,
    `SELECT folder, count(*) AS asset_count FROM syncwatch.media_assets WHERE trashed_at IS NULL
     GROUP BY folder ORDER BY folder COLLATE "C" LIMIT 1000`,
  )
}

/** The live assets, newest first. Rejects `invalid_cursor` and `invalid_input`. */
export async function listAssets(pool: Pool, options: AssetQuery = {}): Promise<Page<AssetRow>> {
  const { limit = 50, search = null, folder = null, key = null, type = null, sync_state = null } = options
  if (!Number.isInteger(limit) || limit < 1 || limit > 500)
    throw new SyncwatchError('invalid_input', 'The limit is a whole number from 1 to 500.')
  const after = options.cursor === undefined ? null : decodeAssetCursor(options.cursor)
  const rows = await query<AssetRow & { place: string }>(
    pool,
    // The state is known of a row only after its stores were looked at; without that filter no more rows are looked at than are shown.
    `SELECT * FROM (
       SELECT ${ASSET_COLUMNS}, asset.place FROM (
         SELECT asset.*, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place
         FROM syncwatch.media_assets asset
         WHERE trashed_at IS NULL AND ${sync_state === null ? 'true' : MAY_BE[sync_state]}
           AND ($2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid))
           AND ($4::text IS NULL OR strpos(lower(key), lower($4)) > 0)
           AND ($5::text IS NULL OR folder = $5)
           AND ($6::text IS NULL OR key = $6)
           AND ($7::text IS NULL OR $7 =
             CASE WHEN split_part(mime_type, '/', 1) IN ('image', 'video', 'audio') THEN split_part(mime_type, '/', 1)
             ELSE 'other' END)
         ORDER BY created_at DESC, id DESC LIMIT CASE WHEN $8::text IS NULL THEN $1::int END
       ) asset ${ASSET_JOINS}
     ) shown WHERE $8::text IS NULL OR sync_state = $8
     ORDER BY created_at DESC, id DESC LIMIT $1`,
    [limit + 1, after?.createdAt ?? null, after?.id ?? null, search, folder, key, type, sync_state],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next =
    rows.length > limit && last !== undefined ? encodeAssetCursor({ createdAt: last.place, id: last.id }) : null
  return { items: page.map(({ place: _, ...row }) => row), next_cursor: next }
}
