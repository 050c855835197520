import { query } from '@syncwatch/database'
import type { Pool } from 'pg'
import { purgeTrash } from '../library/purge-trash.ts'

/** How many days things are kept that are over. */
export interface KeptDays {
  /** Deleted assets. */
  readonly trash: number
  /** Replaced content, and conflicts that were decided. */
  readonly versions: number
  /** That something was deleted on both sides: an old listing must not bring it back. */
  readonly tombstones: number
  /** Complete runs of a store, besides its last, and held plans that are over. */
  readonly runs: number
}

export const KEPT_DAYS: KeptDays = { trash: 30, versions: 90, tombstones: 90, runs: 30 }

const DAY_MS = 24 * 3_600_000
/** Rows of one statement, so that none takes long. */
const BATCH = 1_000

/** What is removed by age, besides the trash. `$1` is the time before which it goes. */
const EXPIRED: readonly { readonly days: keyof KeptDays; readonly table: string; readonly where: string }[] = [
  { days: 'versions', table: 'media_asset_versions', where: 'replaced_at < $1' },
  { days: 'versions', table: 'media_conflicts', where: `state <> 'open' AND updated_at < $1` },
  { days: 'tombstones', table: 'media_replicas', where: `state = 'tombstone' AND tombstoned_at < $1` },
  {
    days: 'runs',
    table: 'held_plans',
    where: `(state NOT IN ('pending', 'approved') OR expires_at < $1) AND created_at < $1`,
  },
  {
    days: 'runs',
    table: 'store_runs',
    where: `finished_at < $1 AND EXISTS (SELECT FROM syncwatch.store_runs later
              WHERE later.store_id = expired.store_id AND later.finished_at > expired.finished_at)`,
  },
]

/** Removes what is over and older than it is kept. Resolves to how many rows of each table went. */
export async function purgeExpired(pool: Pool, kept: KeptDays, now: number): Promise<Record<string, number>> {
  const before = (days: keyof KeptDays) => new Date(now - kept[days] * DAY_MS)
  const purged: Record<string, number> = {
    media_assets: await purgeTrash(pool, { before: before('trash'), ids: null }),
  }
  for (const { days, table, where } of EXPIRED) purged[table] = await purge(pool, table, where, before(days))
  return purged
}

async function purge(pool: Pool, table: string, where: string, before: Date): Promise<number> {
  for (let purged = 0; ; ) {
    const gone = await query(
      pool,
      `DELETE FROM syncwatch.${table} WHERE ctid = ANY (ARRAY(
         SELECT expired.ctid FROM syncwatch.${table} expired WHERE ${where} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))
       RETURNING 1`,
      [before],
    )
    purged += gone.length
    if (gone.length < BATCH) return purged
  }
}
