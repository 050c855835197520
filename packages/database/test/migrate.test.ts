import { createTestDatabase, HeldDdl, type TestDatabase } from '@syncwatch/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPool, migrate, query } from '../src/index.ts'
import { migrateSet } from '../src/migrate/migrate.ts'
import { STATUS_SET } from '../src/migrate/migration-sets.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase({ migrate: 'none' })
})
afterEach(() => database.drop())

async function tables(schema: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    database.pool,
    'SELECT tablename::text AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1',
    [schema],
  )
  return rows.map((row) => row.name)
}

describe('migrate', () => {
  it('fills an empty database, and finds nothing to do the second time', async () => {
    const { applied } = await migrate(database.pool)
    expect(applied[0]).toBe('status/0001-tables')
    expect(applied).toContain('media/0001-tables')
    expect(await tables('public')).toContain('sync_operations')
    expect(await tables('syncwatch')).toContain('media_assets')
    expect(await tables('public')).toContain('sync_webhook_deliveries')
    expect(await migrate(database.pool)).toEqual({ applied: [] })
  })

  it('makes the status tables alone for a host without a library', async () => {
    await migrate(database.pool, { sets: ['status'] })
    expect(await tables('syncwatch')).toEqual([])
  })

  it('lets many start at once, and one of them does each step', async () => {
    const pools = Array.from({ length: 8 }, () => createPool({ url: database.url, max: 1 }))
    try {
      const results = await Promise.all(pools.map((pool) => migrate(pool)))
      const applied = results.flatMap((result) => result.applied)
      expect(new Set(applied).size).toBe(applied.length)
      expect(await migrate(database.pool)).toEqual({ applied: [] })
    } finally {
      await Promise.all(pools.map((pool) => pool.end()))
    }
  })

  it.each([
    ['the table of a set in a schema that is there', 'CREATE TABLE public.sync_migrations (x int)', {}],
    ['a schema of choice', 'CREATE SCHEMA chosen', { schema: 'chosen' }],
    ['the schema of the library', 'CREATE SCHEMA syncwatch', {}],
  ])('lets two meet at the making of %s: the second waits and finds it made', async (_what, sql, options) => {
    const pools = [1, 2].map(() => createPool({ url: database.url, max: 1 }))
    try {
      // Sessions that have looked before and found nothing: what they remember of that must not be believed afterwards.
      const look = `CREATE TEMP TABLE seen AS SELECT to_regclass('chosen.sync_migrations') AS a, to_regclass('syncwatch.media_migrations') AS b`
      await Promise.all(pools.map((pool) => query(pool, look)))
      await using held = await HeldDdl.begin(database.pool, sql)
      const both = Promise.allSettled(pools.map((pool) => migrate(pool, options)))
      await held.untilWaiting(2)
      await held.release()
      expect(await both).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }])
      expect(await migrate(database.pool, options)).toEqual({ applied: [] })
    } finally {
      await Promise.all(pools.map((pool) => pool.end()))
    }
  })

  it('uses a schema of choice, however it is spelled, and works there', async () => {
    const schema = 'my "own" schema'
    await migrate(database.pool, { schema, sets: ['status'] })
    expect(await tables(schema)).toContain('sync_operations')
    expect(await tables('public')).toEqual([])
    const own = '"my ""own"" schema"'
    await query(database.pool, `SELECT ${own}.update_sync_progress(${own}.create_sync_operation('upload'), 20)`)
    const [row] = await query(database.pool, `SELECT ${own}.sync_status_changes() AS changes`)
    expect(row).toMatchObject({ changes: { reset: true, rows: [{ progress: 20, rev: 2 }] } })
  })

  it('refuses a database that a newer version migrated, and changes nothing', async () => {
    await migrate(database.pool)
    await query(database.pool, `INSERT INTO sync_migrations (number, name, checksum) VALUES (9999, 'later', 'x')`)
    await expect(migrate(database.pool)).rejects.toMatchObject({ code: 'database_too_new' })
  })

  it('refuses a database whose migrations are not those of this version', async () => {
    await migrate(database.pool)
    await query(database.pool, `UPDATE sync_migrations SET checksum = 'x' WHERE number = 1`)
    await expect(migrate(database.pool)).rejects.toMatchObject({ code: 'database_incompatible' })
  })

  it('names a table that is somebody else’s and leaves it alone', async () => {
    await query(database.pool, 'CREATE TABLE connection_status (mine text)')
    const refusal = migrate(database.pool)
    await expect(refusal).rejects.toMatchObject({
      code: 'database_incompatible',
      message: expect.stringContaining('"public"."connection_status"'),
      details: { schema: 'public', table: 'connection_status' },
    })
    expect(await tables('public')).toEqual(['connection_status'])
  })

  it.each([
    ['table', 'CREATE TABLE sync_migrations (mine text)'],
    ['function', `CREATE FUNCTION sync_uuid7() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'`],
  ])('names a %s of another make', async (_what, sql) => {
    await query(database.pool, sql)
    await expect(migrate(database.pool)).rejects.toMatchObject({ code: 'database_incompatible' })
    expect(await tables('public')).not.toContain('sync_operations')
  })

  it('rolls a failing step back and keeps the ones before it', async () => {
    const broken = { number: 9000, name: 'broken', sql: 'CREATE TABLE :"schema".half (id int); SELECT nonsense;' }
    const set = { ...STATUS_SET, migrations: [...STATUS_SET.migrations, broken] }
    await expect(migrateSet(database.pool, set, 'public')).rejects.toThrow(/nonsense/)
    expect(await tables('public')).toContain('sync_operations')
    expect(await tables('public')).not.toContain('half')
    expect(await migrate(database.pool, { sets: ['status'] })).toEqual({ applied: [] })
  })

  it('says that the database cannot be reached', async () => {
    const pool = createPool({ url: 'postgres://nobody@127.0.0.1:1/none' })
    await expect(migrate(pool)).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
    await pool.end()
  })
})
