import type { StoreId } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import type { CompareOptions, StoreScope } from '../ports/ledger.ts'
import type { RunTables } from './run-tables.ts'

/** Which store, and which part of it. */
export interface MatchScope {
  readonly storeId: StoreId
  readonly scope: StoreScope
}

const OBJECT = 'key, remote_id, version, size, modified_at, metadata_version, fold'
const LISTED = OBJECT.split(', ')
  .map((column) => `listed.${column}`)
  .join(', ')
const OF_REST = OBJECT.split(', ')
  .map((column) => `rest.${column}`)
  .join(', ')

/**
 * Makes the plan: one row for each thing on which listing, base and library do not agree by the cheap evidence. Base rows and
 * objects are matched by key and version, then by the store's id, then by key alone.
 */
export async function matchTrees(
  on: Queryable,
  tables: RunTables,
  where: MatchScope,
  options: CompareOptions,
): Promise<void> {
  await query(on, restSql(tables, options), [
    where.storeId,
    options.everything,
    where.scope.prefixes,
    ...(options.only === null ? [] : [options.only.assetIds, options.only.keys]),
  ])
  await query(on, `ANALYZE ${tables.rest}`)
  // One that comes twice counts as it came last, also where that is what the base knows.
  await query(
    on,
    `DELETE FROM ${tables.rest} rest USING ${tables.listing} later
     WHERE rest.listed_seq IS NOT NULL AND later.key = rest.key AND later.seq > rest.listed_seq`,
  )
  await query(
    on,
    `INSERT INTO ${tables.plan} (replica_id, ${OBJECT}) SELECT replica_id, ${OF_REST} FROM ${tables.rest} rest WHERE same`,
  )
  if (options.ids !== 'none') await query(on, renamedSql(tables, options))
  await query(on, sameKeySql(tables))
  if (options.ids !== 'stable') await query(on, movedSql(tables))
  await query(on, goneSql(tables))
  await query(on, newSql(tables))
  if (!options.complete) await forgetUnknown(on, tables)
  await findAssets(on, tables, where.storeId)
  if (options.complete && options.outward) await addUnknownToStore(on, tables, where, options)
  await query(on, `ANALYZE ${tables.plan}`)
  await markTaken(on, tables, where.storeId)
  await markTwins(on, tables)
}

function inScope(column: string, parameter: string): string {
  return `(cardinality(${parameter}::text[]) = 0 OR ${column} ^@ ANY (${parameter}::text[]))`
}

/** What is not the same in all three trees. Untouched rows, nearly all of them, go no further than this join. */
function restSql(tables: RunTables, { only }: CompareOptions): string {
  const some = only === null ? '' : `AND (base.asset_id = ANY ($4::uuid[]) OR base.remote_key = ANY ($5::text[]))`
  return `
    INSERT INTO ${tables.rest}
      (replica_id, base_key, base_version, base_remote_id, base_moving_to, same, listed_seq, ${OBJECT})
    SELECT base.id, base.remote_key, base.remote_version, base.remote_id, base.moving_to, matched.same, listed.seq, ${LISTED}
    FROM ${tables.listing} listed
    FULL JOIN (
      SELECT base.id, base.asset_id, base.remote_key, base.remote_version, base.remote_id, base.moving_to,
             base.remote_metadata_version, base.library_revision
      FROM syncwatch.media_replicas base
      WHERE base.store_id = $1 AND base.state = 'present' AND ${inScope('base.remote_key', '$3')} ${some}
    ) base ON base.remote_key = listed.key
    LEFT JOIN syncwatch.media_assets asset
      ON asset.id = base.asset_id AND asset.revision = base.library_revision AND asset.trashed_at IS NULL
    CROSS JOIN LATERAL (
      SELECT coalesce(listed.version = base.remote_version AND listed.remote_id IS NOT DISTINCT FROM base.remote_id, false) AS same
    ) matched
    WHERE $2::boolean OR NOT matched.same OR asset.id IS NULL
       OR listed.metadata_version IS DISTINCT FROM base.remote_metadata_version`
}

/** Of the rest: the same id. An inode is handed out again at once, so where ids are a hint the version must be the same too. */
function renamedSql(tables: RunTables, { ids }: CompareOptions): string {
  const hint = ids === 'hint'
  return `
    WITH base AS (
      SELECT replica_id, base_remote_id, base_version,
             row_number() OVER (PARTITION BY base_remote_id${hint ? ', base_version' : ''} ORDER BY base_key) AS nth
      FROM ${tables.rest} WHERE NOT same AND replica_id IS NOT NULL AND base_remote_id IS NOT NULL
    ), object AS (
      SELECT ${OBJECT}, row_number() OVER (PARTITION BY remote_id${hint ? ', version' : ''} ORDER BY key) AS nth
      FROM ${tables.rest} WHERE NOT same AND key IS NOT NULL AND remote_id IS NOT NULL
    )
    INSERT INTO ${tables.plan} (replica_id, ${OBJECT})
    SELECT base.replica_id, ${OBJECT.split(', ')
      .map((column) => `object.${column}`)
      .join(', ')}
    FROM base JOIN object
      ON base.base_remote_id = object.remote_id AND base.nth = object.nth ${hint ? 'AND base.base_version = object.version' : ''}`
}

/** Of what is left: the same key. */
function sameKeySql(tables: RunTables): string {
  return `
    INSERT INTO ${tables.plan} (replica_id, ${OBJECT})
    SELECT rest.replica_id, ${OF_REST} FROM ${tables.rest} rest
    WHERE NOT rest.same AND rest.replica_id IS NOT NULL AND rest.key IS NOT NULL
      AND NOT EXISTS (SELECT FROM ${tables.plan} plan WHERE plan.replica_id = rest.replica_id)
      AND NOT EXISTS (SELECT FROM ${tables.plan} plan WHERE plan.key = rest.key)`
}

/** Of what is left: the name that a run before was giving it. Each object at most once. */
function movedSql(tables: RunTables): string {
  const columns = OBJECT.split(', ').map((column) => `object.${column}`)
  return `
    INSERT INTO ${tables.plan} (replica_id, ${OBJECT})
    SELECT DISTINCT ON (object.key) rest.replica_id, ${columns.join(', ')}
    FROM ${tables.rest} rest JOIN ${tables.rest} object ON object.key = rest.base_moving_to
    WHERE rest.replica_id IS NOT NULL AND NOT object.same
      AND NOT EXISTS (SELECT FROM ${tables.plan} plan WHERE plan.replica_id = rest.replica_id)
      AND NOT EXISTS (SELECT FROM ${tables.plan} plan WHERE plan.key = object.key)
    ORDER BY object.key, rest.base_key`
}

/** Base rows without an object. */
function goneSql(tables: RunTables): string {
  return `
    INSERT INTO ${tables.plan} (replica_id)
    SELECT rest.replica_id FROM ${tables.rest} rest
    WHERE rest.replica_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM ${tables.plan} plan WHERE plan.replica_id = rest.replica_id)`
}

/** Objects without a base row. */
function newSql(tables: RunTables): string {
  return `
    INSERT INTO ${tables.plan} (${OBJECT})
    SELECT ${OF_REST} FROM ${tables.rest} rest
    WHERE rest.key IS NOT NULL AND NOT EXISTS (SELECT FROM ${tables.plan} plan WHERE plan.key = rest.key)`
}

/**
 * In a listing that missed something nobody knows whether what it did not show is gone, nor whether the old name of what it
 * shows under another one is: such things wait for a complete listing (R24).
 */
async function forgetUnknown(on: Queryable, tables: RunTables): Promise<void> {
  await query(
    on,
    `DELETE FROM ${tables.plan} plan USING syncwatch.media_replicas base
     WHERE plan.replica_id = base.id AND plan.key IS DISTINCT FROM base.remote_key`,
  )
}

/**
 * The assets of the plan. An object without a base belongs to the live asset of its key that has none in this store either, with
 * the tombstone of that asset; or else to what was deleted under this key.
 */
async function findAssets(on: Queryable, tables: RunTables, storeId: StoreId): Promise<void> {
  await query(
    on,
    `UPDATE ${tables.plan} plan SET asset_id = base.asset_id FROM syncwatch.media_replicas base WHERE base.id = plan.replica_id`,
  )
  await query(
    on,
    `UPDATE ${tables.plan} plan SET asset_id = asset.id, replica_id = own.id
     FROM syncwatch.media_assets asset
     LEFT JOIN syncwatch.media_replicas own ON own.asset_id = asset.id AND own.store_id = $1
     WHERE plan.replica_id IS NULL AND asset.key = plan.key AND asset.trashed_at IS NULL
       AND (own.id IS NULL OR own.state = 'tombstone')`,
    [storeId],
  )
  await query(
    on,
    `UPDATE ${tables.plan} plan SET asset_id = gone.asset_id, replica_id = gone.id
     FROM (
       SELECT DISTINCT ON (tombstone.remote_key) tombstone.id, tombstone.remote_key, asset.id AS asset_id
       FROM syncwatch.media_replicas tombstone
       LEFT JOIN syncwatch.media_assets asset ON asset.id = tombstone.asset_id AND asset.trashed_at IS NOT NULL
       WHERE tombstone.store_id = $1 AND tombstone.state = 'tombstone'
       ORDER BY tombstone.remote_key, tombstone.tombstoned_at DESC
     ) gone
     WHERE plan.replica_id IS NULL AND plan.asset_id IS NULL AND gone.remote_key = plan.key`,
    [storeId],
  )
}

/** Live assets that this store does not have: new ones, and restored ones with their tombstone. */
async function addUnknownToStore(
  on: Queryable,
  tables: RunTables,
  { storeId, scope }: MatchScope,
  { only }: CompareOptions,
): Promise<void> {
  await query(
    on,
    `INSERT INTO ${tables.plan} (asset_id, replica_id)
     SELECT asset.id, own.id
     FROM syncwatch.media_assets asset
     LEFT JOIN syncwatch.media_replicas own ON own.asset_id = asset.id AND own.store_id = $1
     WHERE asset.trashed_at IS NULL AND (own.id IS NULL OR own.state = 'tombstone') AND ${inScope('asset.key', '$2')}
       ${only === null ? '' : 'AND asset.id = ANY ($3::uuid[])'}
       AND NOT EXISTS (SELECT FROM ${tables.plan} plan WHERE plan.asset_id = asset.id)`,
    [storeId, scope.prefixes, ...(only === null ? [] : [only.assetIds])],
  )
}

/**
 * Names that another thing claims: an asset that has no base here, was renamed to the name or was edited, an object that has no base
 * or was renamed to the name. One that is only still in use is not claimed, and what a run that broke off may have copied to the name of an
 * asset does not claim it from that asset.
 */
async function markTaken(on: Queryable, tables: RunTables, storeId: StoreId): Promise<void> {
  await query(
    on,
    `UPDATE ${tables.plan} plan SET taken_library = true, taken_library_at = other.content_modified_at
     FROM syncwatch.media_assets other
     LEFT JOIN syncwatch.media_replicas base
       ON base.asset_id = other.id AND base.store_id = $1 AND base.state = 'present'
     WHERE other.key = plan.key AND other.trashed_at IS NULL AND other.id IS DISTINCT FROM plan.asset_id
       AND (base.id IS NULL OR base.remote_key <> other.key OR base.moving_to IS NOT NULL
            OR base.library_revision IS DISTINCT FROM other.revision)`,
    [storeId],
  )
  await query(
    on,
    `UPDATE ${tables.plan} plan SET taken_store = true, taken_store_at = other.modified_at
     FROM syncwatch.media_assets asset, ${tables.plan} other
     LEFT JOIN syncwatch.media_replicas base ON base.id = other.replica_id AND base.state = 'present'
     WHERE asset.id = plan.asset_id AND asset.trashed_at IS NULL AND other.key = asset.key AND other.seq <> plan.seq
       AND (base.id IS NULL OR (base.remote_key <> other.key AND base.remote_key !~ '\\.syncwatch-moving-[0-9a-f]{8}$'))
       AND NOT EXISTS (SELECT FROM syncwatch.media_replicas own
                       WHERE own.id = plan.replica_id AND own.state = 'present' AND own.moving_to = other.key)`,
  )
}

/** Objects that are new here and have the same name as another one, but for case or Unicode form (R25). */
async function markTwins(on: Queryable, tables: RunTables): Promise<void> {
  await query(
    on,
    `UPDATE ${tables.plan} plan SET twin = found.key
     FROM (
       SELECT fresh.seq, min(listed.key) AS key
       FROM ${tables.plan} fresh
       JOIN ${tables.listing} listed
         ON coalesce(listed.fold, listed.key) = coalesce(fresh.fold, fresh.key) AND listed.key <> fresh.key
       WHERE fresh.replica_id IS NULL AND fresh.key IS NOT NULL
       GROUP BY fresh.seq
     ) found
     WHERE plan.seq = found.seq`,
  )
}
