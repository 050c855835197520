import { readFileSync } from 'node:fs'
import {
  createTestDatabase,
  startThrowawayPostgres,
  type TestDatabase,
  type ThrowawayPostgres,
} from '@syncwatch/testkit'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPool, migrate, query, transaction } from '../src/index.ts'

const SCHEMA_SQL = readFileSync(new URL('../../../supabase-schema.sql', import.meta.url), 'utf8')

describe('supabase-schema.sql', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await createTestDatabase({ migrate: 'none' })
  })
  afterEach(() => database.drop())

  const load = () => database.pool.query(SCHEMA_SQL)

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

// Roles belong to a whole server: on one that other tests use, what these migrate meanwhile would be dressed as well.
describe('in a database dressed like Supabase', () => {
  let server: ThrowawayPostgres
  let admin: pg.Pool
  let pool: pg.Pool

  beforeAll(async () => {
    server = await startThrowawayPostgres()
    admin = createPool({ url: server.url, max: 1 })
    await query(admin, 'CREATE ROLE anon NOLOGIN')
    await query(admin, 'CREATE ROLE authenticated NOLOGIN')
    await query(admin, 'CREATE ROLE service_role NOLOGIN BYPASSRLS')
  })
  afterAll(async () => {
    await admin?.end()
    await server?.stop()
  })

  beforeEach(async () => {
    await query(admin, 'CREATE DATABASE dressed TEMPLATE template0')
    pool = createPool({ url: server.url.replace('/postgres?', '/dressed?') })
    await query(pool, 'CREATE SCHEMA auth')
    await query(pool, `CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'`)
    await query(pool, 'CREATE PUBLICATION supabase_realtime')
    // As Supabase does: whatever is made in public is granted to everybody, and row-level security decides.
    await query(
      pool,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role`,
    )
  })
  afterEach(async () => {
    await pool?.end()
    await query(admin, 'DROP DATABASE IF EXISTS dressed WITH (FORCE)')
  })

  const load = () => pool.query(SCHEMA_SQL)

  const as = <Result>(role: string, work: (as: pg.PoolClient) => Promise<Result>) =>
    transaction(pool, async (inner) => {
      await query(inner, `SET LOCAL ROLE ${role}`)
      return work(inner)
    })

  it('loads twice over, and migrate() finds nothing to do', async () => {
    await load()
    await load()
    expect(await migrate(pool, { sets: ['status'] })).toEqual({ applied: [] })
    const published = await query(
      pool,
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
    await query(pool, `INSERT INTO connection_status (client_id, status) VALUES ('c', 'connected')`)
    await query(pool, `INSERT INTO sync_tickets_used VALUES ('n', now())`)
    for (const table of ['connection_status', 'sync_tickets_used', 'sync_idempotency_keys', 'sync_migrations']) {
      expect(await as('authenticated', (inner) => query(inner, `SELECT * FROM ${table}`)), table).toEqual([])
      await as('service_role', (inner) => query(inner, `SELECT * FROM ${table}`))
    }
    expect(await as('service_role', (inner) => query(inner, 'SELECT client_id FROM connection_status'))).toHaveLength(1)
  })
})
