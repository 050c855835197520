import { readFileSync } from 'node:fs'
import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { migrate, query, transaction } from '../src/index.ts'

const SCHEMA_SQL = readFileSync(new URL('../../../supabase-schema.sql', import.meta.url), 'utf8')

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase({ migrate: 'none' })
})
afterEach(() => database.drop())

const load = () => database.pool.query(SCHEMA_SQL)

describe('supabase-schema.sql', () => {
  it('loads twice over into a plain database, and migrate() finds nothing to do', async () => {
    await load()
    await load()
    expect(await migrate(database.pool, { sets: ['status'] })).toEqual({ applied: [] })
  })

  it('finds nothing to do after migrate()', async () => {
    await migrate(database.pool, { sets: ['status'] })
    const [before] = await query(database.pool, 'SELECT max(applied_at) AS at FROM sync_migrations')
    await load()
    expect(await query(database.pool, 'SELECT max(applied_at) AS at FROM sync_migrations')).toEqual([before])
  })

  it('refuses a table of another make by name and leaves nothing behind', async () => {
    await query(database.pool, 'CREATE TABLE sync_operations (mine text)')
    await expect(load()).rejects.toThrow('"public"."sync_operations" is already there')
    await database.pool.query('ROLLBACK')
    const rows = await query(database.pool, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
    expect(rows).toEqual([{ tablename: 'sync_operations' }])
  })

  it('refuses a database of a newer version', async () => {
    await load()
    await query(database.pool, `INSERT INTO sync_migrations (number, name, checksum) VALUES (9999, 'later', 'x')`)
    await expect(load()).rejects.toThrow('newer version')
  })
})

// Roles belong to the whole server, which other tests use too: these are removed again at the end unless they were there.
describe('in a database dressed like Supabase', () => {
  const roles = ['anon', 'authenticated', 'service_role']
  const lock = 0x73757061
  let holder: pg.Client
  let made: string[] = []

  beforeAll(async () => {
    // Advisory locks count within one database: all runs on a server meet in this one.
    holder = new pg.Client({ connectionString: inject('postgresUrl') })
    await holder.connect()
    await holder.query('SELECT pg_advisory_lock($1)', [lock])
    const found = await query<{ rolname: string }>(
      holder,
      'SELECT rolname::text FROM pg_roles WHERE rolname = ANY ($1)',
      [roles],
    )
    made = roles.filter((role) => !found.some((row) => row.rolname === role))
    for (const role of made)
      await holder.query(`CREATE ROLE ${role} NOLOGIN ${role === 'service_role' ? 'BYPASSRLS' : ''}`)
  })
  afterAll(async () => {
    for (const role of made) await holder.query(`DROP ROLE ${role}`)
    await holder.end()
  })

  beforeEach(async () => {
    await query(database.pool, 'CREATE SCHEMA auth')
    await query(database.pool, `CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'`)
    await query(database.pool, 'CREATE PUBLICATION supabase_realtime')
    // As Supabase does: whatever is made in public is granted to everybody, and row-level security decides.
    await query(
      database.pool,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role`,
    )
  })

  const as = <Result>(role: string, work: (as: pg.PoolClient) => Promise<Result>) =>
    transaction(database.pool, async (inner) => {
      await query(inner, `SET LOCAL ROLE ${role}`)
      return work(inner)
    })

  it('loads twice over, and migrate() finds nothing to do', async () => {
    await load()
    await load()
    expect(await migrate(database.pool, { sets: ['status'] })).toEqual({ applied: [] })
    const published = await query(
      database.pool,
      `SELECT tablename::text FROM pg_publication_tables WHERE pubname = 'supabase_realtime' ORDER BY 1`,
    )
    expect(published.map((row) => row.tablename)).toEqual([
      'sync_operation_events',
      'sync_operations',
      'sync_status_snapshots',
    ])
  })

  it('lets users read, the service write, and strangers see nothing', async () => {
    await load()
    await as('service_role', (inner) =>
      query(inner, `SELECT update_sync_progress(create_sync_operation('upload', operation_key => 'mine'), 30)`),
    )
    const seen = await as('authenticated', (inner) => query(inner, 'SELECT sync_status_changes() AS changes'))
    expect(seen).toMatchObject([{ changes: { rows: [{ operation_key: 'mine', progress: 30 }] } }])
    const strangers = await as('anon', (inner) => query(inner, 'SELECT sync_status_changes() AS changes'))
    expect(strangers).toMatchObject([{ changes: { rows: [], removed: [] } }])
    for (const role of ['authenticated', 'anon'])
      await expect(
        as(role, (inner) => query(inner, `SELECT create_sync_operation('upload')`)),
        role,
      ).rejects.toMatchObject({ code: 'forbidden' })
    await expect(
      as('authenticated', (inner) => query(inner, `SELECT update_sync_progress('mine', 90)`)),
    ).rejects.toMatchObject({ code: 'operation_not_found' })
  })

  it('shows connections, tickets and keys to the service alone', async () => {
    await load()
    await query(database.pool, `INSERT INTO connection_status (client_id, status) VALUES ('c', 'connected')`)
    await query(database.pool, `INSERT INTO sync_tickets_used VALUES ('n', now())`)
    for (const table of ['connection_status', 'sync_tickets_used', 'sync_idempotency_keys', 'sync_migrations']) {
      expect(await as('authenticated', (inner) => query(inner, `SELECT * FROM ${table}`)), table).toEqual([])
      await as('service_role', (inner) => query(inner, `SELECT * FROM ${table}`))
    }
    expect(await as('service_role', (inner) => query(inner, 'SELECT client_id FROM connection_status'))).toHaveLength(1)
  })
})
