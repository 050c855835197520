import type { Random, StoreId } from '@syncwatch/core'
import { MEDIA_SCHEMA, query, quoteIdentifier } from '@syncwatch/database'
import type { Pool } from 'pg'

/**
 * The tables of one run: what the store listed, what of it does not stand where it stood, and what differs. Unlogged: a crash
 * costs only listing again.
 */
export interface RunTables {
  readonly listing: string
  readonly rest: string
  readonly plan: string
  /** What gates hold back; made when there is something. */
  readonly held: string
}

/** Columns of an object, in the listing and wherever it is carried on. */
const OBJECT_COLUMNS = `key text COLLATE "C", remote_id text, version text, size bigint, modified_at timestamptz,
  metadata_version text, fold text COLLATE "C"`

/** Tables of a run beside a full one are dropped by a full one when they are a day old: by then nobody works with them. */
const BESIDE_SECONDS = 24 * 3600

/**
 * Makes the tables of a run, and drops what dead runs of this store left. There is one full run of a store at a time, which the job
 * sees to; of those beside it there may be many.
 */
export async function createRunTables(
  pool: Pool,
  storeId: StoreId,
  random: Random,
  kind: 'full' | 'beside',
): Promise<RunTables> {
  const store = storeId.replaceAll('-', '')
  const [time] = await query<{ now: number }>(pool, 'SELECT extract(epoch FROM now())::bigint AS now')
  const now = time?.now ?? 0
  if (kind === 'full') {
    await dropLeftovers(pool, `run_${store}_`, () => true)
    await dropLeftovers(pool, `side_${store}_`, (since) => since < now - BESIDE_SECONDS)
  }
  // The end of an id is random; its beginning may be the time.
  const part = random.uuid().slice(-10)
  const run = kind === 'full' ? `run_${store}_${now}_${part}` : `side_${store}_${now}_${part}`
  const tables = {
    listing: qualified(`${run}_l`),
    rest: qualified(`${run}_r`),
    plan: qualified(`${run}_p`),
    held: qualified(`${run}_h`),
  }
  await query(
    pool,
    // `fold`: the key without case and Unicode form, null where that changes nothing.
    `CREATE UNLOGGED TABLE ${tables.listing} (seq bigint GENERATED ALWAYS AS IDENTITY, ${OBJECT_COLUMNS})`,
  )
  await query(
    pool,
    `CREATE UNLOGGED TABLE ${tables.rest} (
       replica_id uuid, base_key text COLLATE "C", base_version text, base_remote_id text,
       base_moving_to text COLLATE "C",
       same boolean NOT NULL, listed_seq bigint, ${OBJECT_COLUMNS})`,
  )
  await query(
    pool,
    `CREATE UNLOGGED TABLE ${tables.plan} (
       seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       replica_id uuid, asset_id uuid, ${OBJECT_COLUMNS}, twin text COLLATE "C",
       taken_library boolean NOT NULL DEFAULT false, taken_store boolean NOT NULL DEFAULT false,
       taken_library_at timestamptz, taken_store_at timestamptz)`,
  )
  return tables
}

export async function dropRunTables(pool: Pool, tables: RunTables): Promise<void> {
  await query(pool, `DROP TABLE IF EXISTS ${tables.listing}, ${tables.rest}, ${tables.plan}, ${tables.held}`)
}

/** The plan of the full run of a store that began last; null where there is none. */
export async function planOfRun(pool: Pool, storeId: StoreId): Promise<string | null> {
  const [plan] = await query<{ name: string }>(
    pool,
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind = 'r' AND starts_with(c.relname, $2) AND right(c.relname, 2) = '_p'
     ORDER BY c.relname DESC LIMIT 1`,
    [MEDIA_SCHEMA, `run_${storeId.replaceAll('-', '')}_`],
  )
  return plan === undefined ? null : qualified(plan.name)
}

/** `isOver` is asked with the time in their names, in seconds. */
async function dropLeftovers(pool: Pool, prefix: string, isOver: (since: number) => boolean): Promise<void> {
  const left = await query<{ name: string }>(
    pool,
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind = 'r' AND starts_with(c.relname, $2)`,
    [MEDIA_SCHEMA, prefix],
  )
  for (const { name } of left)
    if (isOver(Number.parseInt(name.slice(prefix.length), 10)))
      await query(pool, `DROP TABLE IF EXISTS ${qualified(name)}`)
}

function qualified(table: string): string {
  return `${quoteIdentifier(MEDIA_SCHEMA)}.${quoteIdentifier(table)}`
}
