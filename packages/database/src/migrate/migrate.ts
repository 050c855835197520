import { SyncwatchError } from '@syncwatch/core'
import type pg from 'pg'
import { query } from '../pool/query.ts'
import { quoteIdentifier } from '../pool/quote-identifier.ts'
import { transaction } from '../pool/transaction.ts'
import type { Migration, MigrationSet } from './migration.ts'
import { MEDIA_SCHEMA, MEDIA_SET, STATUS_SET, WEBHOOKS_SET } from './migration-sets.ts'
import { checksumOf, renderSql, tablesCreatedBy } from './render-sql.ts'

/** "sync" in ASCII: the advisory lock that migrators of all versions take in turn. */
export const MIGRATION_LOCK = 0x73796e63
const OLDEST_POSTGRES = 140_000
const LONGEST_WAIT_MS = 120_000

export interface MigrateOptions {
  /** The schema of the status tables. Made when it is missing. */
  schema?: string
  /** `status` alone for a host that has no media library; `webhooks` needs both others. All by default. */
  sets?: readonly MigrationSet['name'][]
}

/** What `migrate` did: the migrations it applied, such as `status/0001-tables`. Empty when nothing was to do. */
export interface MigrateResult {
  applied: string[]
}

/**
 * Brings the database up to this version. Any number of processes may call it at once. Rejects with `database_too_new`
 * when a newer version was here, with `database_incompatible` when a table of ours is there already but not by us, with
 * `database_unavailable` when there is no connection. Each migration commits by itself.
 */
export async function migrate(pool: pg.Pool, options: MigrateOptions = {}): Promise<MigrateResult> {
  const sets = options.sets ?? ['status', 'media', 'webhooks']
  await requirePostgres(pool)
  const applied: string[] = []
  if (sets.includes('status')) applied.push(...(await migrateSet(pool, STATUS_SET, options.schema ?? 'public')))
  if (sets.includes('media')) applied.push(...(await migrateSet(pool, MEDIA_SET, MEDIA_SCHEMA)))
  if (sets.includes('webhooks')) applied.push(...(await migrateSet(pool, WEBHOOKS_SET, options.schema ?? 'public')))
  return { applied }
}

async function requirePostgres(pool: pg.Pool): Promise<void> {
  const [row] = await query<{ version: number; text: string }>(
    pool,
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS text`,
  )
  if (row !== undefined && row.version < OLDEST_POSTGRES)
    throw new SyncwatchError('database_incompatible', `Postgres 14 or newer is needed; this server is ${row.text}.`)
}

/** Applies the migrations of one set that are not there yet. */
export async function migrateSet(pool: pg.Pool, set: MigrationSet, schema: string): Promise<string[]> {
  const applied: string[] = []
  for (;;) {
    const name = await applyNext(pool, set, schema)
    if (name === null) return applied
    applied.push(name)
  }
}

function applyNext(pool: pg.Pool, set: MigrationSet, schema: string): Promise<string | null> {
  const waits = { lockTimeoutMs: LONGEST_WAIT_MS, statementTimeoutMs: LONGEST_WAIT_MS }
  return transaction(
    pool,
    async (client) => {
      await query(client, 'SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
      const next = nextMigration(set, schema, await readApplied(client, set, schema))
      if (next === null) return null
      await prepareSchema(client, set, schema)
      await refuseTakenNames(client, next, schema)
      await run(client, next, schema)
      await query(
        client,
        `INSERT INTO ${quoteIdentifier(schema)}.${set.table} (number, name, checksum) VALUES ($1, $2, $3)`,
        [next.number, next.name, checksumOf(next)],
      )
      return `${set.name}/${String(next.number).padStart(4, '0')}-${next.name}`
    },
    waits,
  )
}

interface AppliedMigration {
  number: number
  name: string
  checksum: string
}

async function readApplied(client: pg.PoolClient, set: MigrationSet, schema: string): Promise<AppliedMigration[]> {
  const table = `${quoteIdentifier(schema)}.${set.table}`
  const [found] = await query<{ columns: string[] | null }>(
    client,
    `SELECT array_agg(attname::text) AS columns FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [table],
  )
  if (!found?.columns) return []
  if (!['number', 'name', 'checksum'].every((column) => found.columns?.includes(column))) throw taken(schema, set.table)
  return query<AppliedMigration>(client, `SELECT number, name, checksum FROM ${table} ORDER BY number`)
}

/** Decides what to do, from what was applied alone. */
function nextMigration(set: MigrationSet, schema: string, applied: readonly AppliedMigration[]): Migration | null {
  const known = new Map(set.migrations.map((migration) => [migration.number, migration]))
  for (const { number, name, checksum } of applied) {
    const migration = known.get(number)
    if (migration === undefined)
      throw new SyncwatchError(
        'database_too_new',
        `The schema "${schema}" has the migration ${number} (${name}), which this version does not know. Start the newer version.`,
      )
    if (checksumOf(migration) !== checksum)
      throw new SyncwatchError(
        'database_incompatible',
        `The migration ${number} (${name}) in schema "${schema}" is not the one of this version. Use a fresh schema or database.`,
      )
  }
  const done = new Set(applied.map((row) => row.number))
  return set.migrations.find((migration) => !done.has(migration.number)) ?? null
}

async function prepareSchema(client: pg.PoolClient, set: MigrationSet, schema: string): Promise<void> {
  // Asked first: CREATE SCHEMA IF NOT EXISTS wants a privilege on the database even when there is nothing to create.
  const [found] = await query<{ exists: boolean }>(
    client,
    'SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS exists',
    [schema],
  )
  if (!found?.exists) await query(client, `CREATE SCHEMA ${quoteIdentifier(schema)}`)
  await query(
    client,
    `CREATE TABLE IF NOT EXISTS ${quoteIdentifier(schema)}.${set.table} (
       number integer PRIMARY KEY,
       name text NOT NULL,
       checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT now()
     )`,
  )
}

async function refuseTakenNames(client: pg.PoolClient, migration: Migration, schema: string): Promise<void> {
  const [found] = await query<{ name: string }>(
    client,
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) ORDER BY 1 LIMIT 1`,
    [schema, tablesCreatedBy(migration)],
  )
  if (found !== undefined) throw taken(schema, found.name)
}

const DUPLICATES: ReadonlySet<unknown> = new Set(['42P07', '42723', '42710'])

async function run(client: pg.PoolClient, migration: Migration, schema: string): Promise<void> {
  try {
    // Without values the text may hold many statements.
    await client.query(renderSql(migration, schema))
  } catch (error) {
    if (DUPLICATES.has((error as { code?: unknown }).code))
      throw new SyncwatchError(
        'database_incompatible',
        `${(error as Error).message} in schema "${schema}", but not by us.`,
        {
          cause: error,
        },
      )
    throw error
  }
}

function taken(schema: string, name: string): SyncwatchError {
  return new SyncwatchError(
    'database_incompatible',
    `"${schema}"."${name}" is already there and was not made by this migrator. Nothing was changed: rename it, or choose another schema.`,
    { details: { schema, table: name } },
  )
}
