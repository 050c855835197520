import type { Random, StoreId } from '@syncwatch/core'
import { MEDIA_SCHEMA, query, quoteIdentifier } from '@syncwatch/database'
import type { Pool } from 'pg'

/** The two tables of one run: what the store listed, and what differs. Unlogged: a crash costs only listing again. */
export interface RunTables {
  readonly listing: string
  readonly plan: string
}

/** Makes the tables of a run, and drops what a dead run of this store left. One run a store is what the job sees to. */
export async function createRunTables(pool: Pool, storeId: StoreId, random: Random): Promise<RunTables> {
  await dropLeftovers(pool, storeId)
  const run = `${prefixOf(storeId)}${random.uuid().replaceAll('-', '').slice(-12)}`
  const tables = { listing: qualified(`${run}_listing`), plan: qualified(`${run}_plan`) }
  await query(
    pool,
    // `fold`: the key without case and Unicode form, null where that changes nothing.
    `CREATE UNLOGGED TABLE ${tables.listing} (LIKE ${qualified('staging_template')}, fold text COLLATE "C")`,
  )
  await query(
    pool,
    `CREATE UNLOGGED TABLE ${tables.plan} (
       seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       key text COLLATE "C" NOT NULL,
       fold text COLLATE "C",
       asset_id uuid,
       content_rev bigint,
       library_sha256 text,
       replica_id uuid,
       base_version text,
       base_sha256 text,
       seen boolean NOT NULL,
       remote_id text,
       version text,
       size bigint,
       modified_at timestamptz,
       twin text COLLATE "C"
     )`,
  )
  return tables
}

export async function dropRunTables(pool: Pool, tables: RunTables): Promise<void> {
  await query(pool, `DROP TABLE IF EXISTS ${tables.listing}, ${tables.plan}`)
}

async function dropLeftovers(pool: Pool, storeId: StoreId): Promise<void> {
  const left = await query<{ name: string }>(
    pool,
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind = 'r' AND starts_with(c.relname, $2)`,
    [MEDIA_SCHEMA, prefixOf(storeId)],
  )
  for (const { name } of left) await query(pool, `DROP TABLE IF EXISTS ${qualified(name)}`)
}

function prefixOf(storeId: StoreId): string {
  return `run_${storeId.replaceAll('-', '')}_`
}

function qualified(table: string): string {
  return `${quoteIdentifier(MEDIA_SCHEMA)}.${quoteIdentifier(table)}`
}
