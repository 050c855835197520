import type { StoreId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { Pool } from 'pg'
import type { RunTables } from './run-tables.ts'

export interface FindDifferencesOptions {
  readonly storeId: StoreId
  /** Whether the listing missed nothing. Otherwise no row is made of what it did not show (R24). */
  readonly complete: boolean
  /** Whether assets without a replica belong into this store. */
  readonly outward: boolean
}

/** How much there is to look at. `bytes` is the size of what may have to be read. */
export interface Differences {
  readonly count: number
  /** Those of them that the listing showed. */
  readonly seen: number
  readonly bytes: number
}

/**
 * One join of listing, base and library in the database leaves in the plan only the keys on which the three do not agree
 * by the cheap evidence. Nothing is decided here.
 */
export async function findDifferences(
  pool: Pool,
  tables: RunTables,
  options: FindDifferencesOptions,
): Promise<Differences> {
  await query(pool, differencesSql(tables), [options.storeId, options.complete])
  if (options.complete && options.outward) await query(pool, unknownToStoreSql(tables), [options.storeId])
  // A folder that changes while it is read may show a name twice.
  await query(
    pool,
    `DELETE FROM ${tables.plan} later USING ${tables.plan} first WHERE later.key = first.key AND later.seq > first.seq`,
  )
  await query(pool, twinsSql(tables))
  const [found] = await query<Differences>(
    pool,
    `SELECT count(*) AS count, count(*) FILTER (WHERE seen) AS seen, coalesce(sum(size), 0)::bigint AS bytes FROM ${tables.plan}`,
  )
  return found ?? { count: 0, seen: 0, bytes: 0 }
}

function differencesSql(tables: RunTables): string {
  return `
    INSERT INTO ${tables.plan}
      (key, fold, asset_id, content_rev, library_sha256, replica_id, base_version, base_sha256,
       seen, remote_id, version, size, modified_at)
    SELECT coalesce(listed.key, base.remote_key), listed.fold,
           coalesce(known.id, named.id), coalesce(known.content_rev, named.content_rev), coalesce(known.sha256, named.sha256),
           base.id, base.remote_version, base.content_sha256,
           listed.key IS NOT NULL, listed.remote_id, listed.version, listed.size, listed.modified_at
    FROM ${tables.listing} listed
    FULL JOIN (SELECT * FROM syncwatch.media_replicas WHERE store_id = $1 AND state = 'present') base
      ON base.remote_key = listed.key
    LEFT JOIN syncwatch.media_assets known ON known.id = base.asset_id AND known.trashed_at IS NULL
    LEFT JOIN syncwatch.media_assets named
      ON named.key = listed.key AND named.trashed_at IS NULL AND base.id IS NULL
    WHERE (base.id IS NULL
           OR listed.key IS NULL
           OR listed.version <> base.remote_version
           OR known.id IS NULL
           OR known.sha256 <> base.content_sha256)
      AND ($2::boolean OR listed.key IS NOT NULL)`
}

function unknownToStoreSql(tables: RunTables): string {
  return `
    INSERT INTO ${tables.plan} (key, asset_id, content_rev, library_sha256, seen)
    SELECT asset.key, asset.id, asset.content_rev, asset.sha256, false
    FROM syncwatch.media_assets asset
    WHERE asset.trashed_at IS NULL
      AND NOT EXISTS (SELECT FROM syncwatch.media_replicas base WHERE base.asset_id = asset.id AND base.store_id = $1)
      AND NOT EXISTS (SELECT FROM ${tables.listing} listed WHERE listed.key = asset.key)`
}

/** Keys that are new here and the same name as another one, but for case or Unicode form. */
function twinsSql(tables: RunTables): string {
  return `
    UPDATE ${tables.plan} plan SET twin = found.key
    FROM (
      SELECT fresh.seq, min(listed.key) AS key
      FROM ${tables.plan} fresh
      JOIN ${tables.listing} listed
        ON coalesce(listed.fold, listed.key) = coalesce(fresh.fold, fresh.key) AND listed.key <> fresh.key
      WHERE fresh.seen AND fresh.replica_id IS NULL
      GROUP BY fresh.seq
    ) found
    WHERE plan.seq = found.seq`
}
