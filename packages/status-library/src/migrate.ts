import { SyncwatchError } from '@syncwatch/core'
import { createPool, type MigrateResult, migrate as migrateDatabase } from '@syncwatch/database'
import type { Pool } from 'pg'

/** Where to migrate: `DATABASE_URL` and the schema `public` unless given. */
export interface MigrateOptions {
  databaseUrl?: string
  /** A pool of yours, which is left open. */
  pool?: Pool
  schema?: string
}

/**
 * Makes the status tables and functions, or brings them up to this version; with nothing to do it returns at once, so a service may call it
 * at every start, any number of them at a time. The same as running `supabase-schema.sql`. Rejects with
 * `database_incompatible` when a table of that name is there already and is not ours: nothing was changed then.
 */
export async function migrate(options: MigrateOptions = {}): Promise<MigrateResult> {
  const { databaseUrl = process.env.DATABASE_URL, schema } = options
  const pool = options.pool ?? openPool(databaseUrl)
  try {
    return await migrateDatabase(pool, { sets: ['status'], ...(schema !== undefined && { schema }) })
  } finally {
    if (options.pool === undefined) await pool.end()
  }
}

function openPool(url: string | undefined): Pool {
  if (!url)
    throw new SyncwatchError('configuration_invalid', 'No database is configured: set DATABASE_URL, or give a pool.')
  return createPool({ url, applicationName: 'syncwatch-migrate', max: 1 })
}
