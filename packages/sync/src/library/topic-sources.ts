import type { Cursor, LiveRow } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { TopicSource } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { STORE_SUMMARY_COLUMNS } from '../stores/store-summary-sql.ts'
import { ASSET_COLUMNS, ASSET_JOINS } from './asset-columns.ts'

/** How many of the latest changed assets the topic `assets` keeps; the list has the others. */
const ASSETS_IN_VIEW = 500

/** How many that are gone are read at first. */
const FIRST_REMOVALS = 2000

type Changed = LiveRow & { changed_xid: string }

/** The live topic `stores`: each `StoreSummary`. */
export function storesTopic(pool: Pool): TopicSource {
  return {
    read: async (since) => ({
      rows: changed(
        await query<Changed>(
          pool,
          `SELECT ${STORE_SUMMARY_COLUMNS}, changed_xid FROM syncwatch.stores WHERE changed_xid >= $1::xid8 ORDER BY changed_xid`,
          [since ?? '0'],
        ),
      ),
      ...gone(await removals(pool, 'stores', since), since),
    }),
  }
}

/** The live topic `assets`: the `AssetRow`s that changed last. */
export function assetsTopic(pool: Pool): TopicSource {
  return {
    most: ASSETS_IN_VIEW,
    read: async (since) => ({
      rows: changed(
        await query<Changed>(
          pool,
          `SELECT ${ASSET_COLUMNS}, asset.changed_xid FROM (
             SELECT * FROM syncwatch.media_assets
             WHERE changed_xid >= $1::xid8 AND trashed_at IS NULL ORDER BY changed_xid DESC LIMIT $2
           ) asset ${ASSET_JOINS} ORDER BY asset.changed_xid`,
          [since ?? '0', ASSETS_IN_VIEW],
        ),
      ),
      ...gone([...(await removals(pool, 'assets', since)), ...(await trashed(pool, since))], since),
    }),
  }
}

interface Removal {
  readonly id: string
  readonly changed: Cursor
}

/** What a first reading could not take of them all, it says. */
function gone(
  removed: readonly Removal[],
  since: Cursor | null,
): { removed: readonly Removal[]; removedFrom?: Cursor } {
  if (since !== null || removed.length < FIRST_REMOVALS) return { removed }
  const newest = removed.reduce((latest, { changed }) => (BigInt(changed) > latest ? BigInt(changed) : latest), 0n)
  return { removed: [], removedFrom: String(newest + 1n) }
}

/** To the topic an asset in the trash is gone. */
async function trashed(pool: Pool, since: Cursor | null): Promise<Removal[]> {
  return query<Removal & Record<string, unknown>>(
    pool,
    `SELECT id, changed_xid AS changed FROM syncwatch.media_assets
     WHERE changed_xid >= $1::xid8 AND trashed_at IS NOT NULL ORDER BY changed_xid DESC LIMIT $2`,
    [since ?? '0', most(since)],
  )
}

/** All of them, however many: the cursor moves on, so one that was left out would never be told. They are kept an hour. */
async function removals(pool: Pool, topic: 'stores' | 'assets', since: Cursor | null): Promise<Removal[]> {
  const latest = await query<Removal & Record<string, unknown>>(
    pool,
    `SELECT id, changed_xid AS changed FROM syncwatch.removals
     WHERE topic = $1 AND changed_xid >= $2::xid8 ORDER BY changed_xid DESC LIMIT $3`,
    [topic, since ?? '0', most(since)],
  )
  return latest.reverse()
}

/** Only for who comes back: whoever has been away for more than so many gets everything anew. */
function most(since: Cursor | null): number | null {
  return since === null ? FIRST_REMOVALS : null
}

function changed(rows: readonly Changed[]): { row: LiveRow; changed: Cursor }[] {
  return rows.map(({ changed_xid, ...row }) => ({ row: row as LiveRow, changed: changed_xid }))
}
