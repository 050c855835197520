import { type ConflictRow, type ConflictState, isUuid, type StoreId, SyncwatchError } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import type { Page } from '@syncwatch/status-manager'
import { decodeAssetCursor, encodeAssetCursor } from '../library/asset-cursor.ts'

export interface ConflictQuery {
  /** 1 to 500, 50 by default. */
  readonly limit?: number
  readonly cursor?: string
  /** All of them where it is left out. */
  readonly state?: readonly ConflictState[]
  readonly storeId?: readonly StoreId[]
}

const COLUMNS = `conflict.id, conflict.store_id, store.name AS store_name, conflict.asset_id, conflict.copy_asset_id,
  conflict.key, conflict.rule, conflict.outcome, conflict.state, conflict.library_side, conflict.store_side,
  conflict.resolution, conflict.resolved_by, conflict.resolved_at, conflict.applied_at,
  conflict.created_at, conflict.updated_at`
const FROM = 'syncwatch.media_conflicts conflict LEFT JOIN syncwatch.stores store ON store.id = conflict.store_id'

/** Conflicts with both sides, latest first. Rejects `invalid_cursor` and `invalid_input`. */
export async function listConflicts(on: Queryable, options: ConflictQuery = {}): Promise<Page<ConflictRow>> {
  const { limit = 50, cursor, state = null, storeId = null } = options
  if (!Number.isInteger(limit) || limit < 1 || limit > 500)
    throw new SyncwatchError('invalid_input', 'The limit is a whole number from 1 to 500.')
  const after = cursor === undefined ? null : decodeAssetCursor(cursor)
  const rows = await query<ConflictRow & { place: string }>(
    on,
    `SELECT ${COLUMNS}, to_char(conflict.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place
     FROM ${FROM}
     WHERE ($2::text[] IS NULL OR conflict.state = ANY ($2)) AND ($3::uuid[] IS NULL OR conflict.store_id = ANY ($3))
       AND ($4::timestamptz IS NULL OR (conflict.created_at, conflict.id) < ($4::timestamptz, $5::uuid))
     ORDER BY conflict.created_at DESC, conflict.id DESC LIMIT $1`,
    [limit + 1, state, storeId, after?.createdAt ?? null, after?.id ?? null],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next =
    rows.length > limit && last !== undefined ? encodeAssetCursor({ createdAt: last.place, id: last.id }) : null
  return { items: page.map(({ place: _, ...row }) => row), next_cursor: next }
}

/** One conflict. Rejects `conflict_not_found`. */
export async function readConflict(on: Queryable, id: string): Promise<ConflictRow> {
  const [row] = isUuid(id)
    ? await query<ConflictRow & Record<string, unknown>>(on, `SELECT ${COLUMNS} FROM ${FROM} WHERE conflict.id = $1`, [
        id,
      ])
    : []
  if (row === undefined) throw new SyncwatchError('conflict_not_found', `There is no conflict "${id.slice(0, 64)}".`)
  return row
}

/** How many wait for a person, in all stores. */
export async function countOpenConflicts(on: Queryable): Promise<number> {
  const [row] = await query<{ count: number }>(
    on,
    `SELECT count(*) AS count FROM syncwatch.media_conflicts WHERE state = 'open'`,
  )
  return row?.count ?? 0
}
