import { ERROR_CATALOGUE, SyncwatchError } from '@syncwatch/core'
import { createTestDatabase, TcpProxy, type TestDatabase, waitFor } from '@syncwatch/testkit'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createPool,
  parseTimestamptz,
  poolerOf,
  query,
  SYNCWATCH_SQLSTATES,
  toSyncwatchError,
  transaction,
} from '../src/index.ts'

let database: TestDatabase
let pool: pg.Pool
beforeAll(async () => {
  database = await createTestDatabase({ migrate: 'status' })
  pool = createPool({ url: database.url, max: 3 })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const VALUES = `SELECT 9007199254740991::int8 AS int8, 1.5::numeric AS numeric, '42'::xid8 AS xid8, 2.5::float8 AS float8,
  true AS bool, '{"a": [1]}'::jsonb AS jsonb, '2026-01-31 10:20:30.5+02'::timestamptz AS at, NULL::timestamptz AS none`
const EXPECTED = {
  int8: 9007199254740991,
  numeric: '1.5',
  xid8: '42',
  float8: 2.5,
  bool: true,
  jsonb: { a: [1] },
  at: '2026-01-31T08:20:30.500Z',
  none: null,
}

describe('values', () => {
  it('come as the rows of core say', async () => {
    expect((await pool.query(VALUES)).rows).toEqual([EXPECTED])
  })

  it('come so from a pool of the host application, and the parsers of pg stay as they were', async () => {
    const parser = pg.types.getTypeParser(20, 'text')
    const foreign = new pg.Pool({ connectionString: database.url, max: 1 })
    await foreign.query(`SET TimeZone = 'America/St_Johns'`)
    expect(await query(foreign, VALUES)).toEqual([EXPECTED])
    expect((await foreign.query('SELECT 5::int8 AS five')).rows).toEqual([{ five: '5' }])
    expect(pg.types.getTypeParser(20, 'text')).toBe(parser)
    await foreign.end()
  })

  it.each([
    ['2026-01-31 10:20:30+00', '2026-01-31T10:20:30.000Z'],
    ['2026-01-31 10:20:30.1+00', '2026-01-31T10:20:30.100Z'],
    ['2026-01-31 10:20:30.123999+00', '2026-01-31T10:20:30.123Z'],
    ['2026-01-31 10:20:30.123456+05:30', '2026-01-31T04:50:30.123Z'],
    ['2026-01-31 10:20:30-03', '2026-01-31T13:20:30.000Z'],
    ['infinity', 'infinity'],
  ])('%s is %s', (text, expected) => {
    expect(parseTimestamptz(text)).toBe(expected)
  })
})

describe('errors', () => {
  it('have a code of the catalogue for each SQLSTATE of ours', () => {
    for (const code of Object.values(SYNCWATCH_SQLSTATES)) expect(ERROR_CATALOGUE).toHaveProperty(code)
  })

  it.each(Object.entries(SYNCWATCH_SQLSTATES))('%s raised in SQL is %s here', async (state, code) => {
    const raise = query(pool, `DO $$ BEGIN RAISE EXCEPTION 'said by SQL' USING ERRCODE = '${state}'; END $$`)
    await expect(raise).rejects.toMatchObject({ name: 'SyncwatchError', code, message: 'said by SQL' })
  })

  it.each([
    [`SELECT 'x'::uuid`, 'invalid_input'],
    [`SELECT 99999999999999999999::int8`, 'invalid_input'],
    [`SELECT * FROM no_such_table`, 'database_incompatible'],
    [`SELECT 1 / 0`, 'internal'],
    [
      `DO $$ BEGIN RAISE EXCEPTION 'unsupported startup parameter' USING ERRCODE = '08P01'; END $$`,
      'configuration_invalid',
    ],
    [`DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$`, 'disk_full'],
    [`DO $$ BEGIN RAISE EXCEPTION 'stopping' USING ERRCODE = '57P01'; END $$`, 'database_unavailable'],
  ])('%s is %s', async (text, code) => {
    await expect(query(pool, text)).rejects.toMatchObject({ code, details: { sqlstate: expect.any(String) } })
  })

  it('a text with a null byte is the caller’s mistake', async () => {
    await expect(query(pool, 'SELECT $1::text', ['a\u0000b'])).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('leaves an error of ours as it is', () => {
    const error = new SyncwatchError('fenced', 'x')
    expect(toSyncwatchError(error)).toBe(error)
  })

  it.each([
    ['22021', /U\+0000/],
    ['53100', /disk of the database is full/],
    ['57P01', /stopping/],
    ['57P02', /ended unexpectedly/],
    ['57P03', /not ready yet/],
  ])('%s is said in words of ours, with what Postgres said as the cause', async (state, words) => {
    const raise = query(pool, `DO $$ BEGIN RAISE EXCEPTION 'base/16384/16440' USING ERRCODE = '${state}'; END $$`)
    await expect(raise).rejects.toMatchObject({
      message: expect.stringMatching(words),
      cause: { message: 'base/16384/16440' },
    })
  })

  it.each([
    ['nobody listens', 'postgres://postgres@127.0.0.1:1/x', 'database_unavailable'],
    ['no such host', 'postgres://postgres@nowhere.invalid:5432/x', 'database_unavailable'],
  ])('%s', async (_name, url, code) => {
    const lost = createPool({ url, connectionTimeoutMs: 5_000 })
    await expect(query(lost, 'SELECT 1')).rejects.toMatchObject({ code, retryable: true })
    await lost.end()
  })

  it('a wrong password or database is a matter of configuration', async () => {
    const url = new URL(database.url)
    url.pathname = '/no_such_database'
    const lost = createPool({ url: url.href })
    await expect(query(lost, 'SELECT 1')).rejects.toMatchObject({ code: 'configuration_invalid' })
    await lost.end()
  })

  it('a connection that is cut under a query is database_unavailable, and the pool recovers', async () => {
    const running = query(pool, `SELECT pg_sleep(60) /* cut me */`)
    const outcome = expect(running).rejects.toMatchObject({ code: 'database_unavailable' })
    await waitFor(
      async () =>
        (
          await query(
            database.pool,
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%cut me%' AND pid <> pg_backend_pid()`,
          )
        ).length,
      { what: 'the running query' },
    )
    await outcome
    expect(await query(pool, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('a connection that is cut while idle is told to the owner and ends nothing', async () => {
    const told: Error[] = []
    const url = new URL(database.url)
    const proxy = await TcpProxy.start({ host: url.hostname, port: Number(url.port) })
    const proxied = createPool({
      url: Object.assign(new URL(url.href), { port: String(proxy.port) }).href,
      onIdleError: (error) => told.push(error),
    })
    await query(proxied, 'SELECT 1')
    await proxy.close()
    const [error] = await waitFor(() => told.length > 0 && told, { what: 'the broken connection' })
    expect(error).toMatchObject({ code: 'database_unavailable' })
    await proxied.end()
  })

  it('a statement over its time is timeout, a lock over its time database_busy', async () => {
    const slow = transaction(pool, (client) => query(client, 'SELECT pg_sleep(30)'), { statementTimeoutMs: 20 })
    await expect(slow).rejects.toMatchObject({ code: 'timeout' })
    await query(pool, `INSERT INTO sync_nodes (node_id) VALUES ('a')`)
    await transaction(pool, async (holder) => {
      await query(holder, 'SELECT FROM sync_nodes FOR UPDATE')
      const blocked = transaction(pool, (client) => query(client, 'UPDATE sync_nodes SET heartbeat_at = now()'), {
        lockTimeoutMs: 20,
      })
      await expect(blocked).rejects.toMatchObject({ code: 'database_busy', retryable: true })
    })
  })
})

describe('transaction', () => {
  it('commits what resolves and rolls back what rejects', async () => {
    await transaction(pool, (client) => query(client, `INSERT INTO sync_nodes (node_id) VALUES ('kept')`))
    const failing = transaction(pool, async (client) => {
      await query(client, `INSERT INTO sync_nodes (node_id) VALUES ('lost')`)
      throw new SyncwatchError('held_back', 'no')
    })
    await expect(failing).rejects.toMatchObject({ code: 'held_back' })
    const left = await query(pool, `SELECT node_id FROM sync_nodes WHERE node_id IN ('kept', 'lost')`)
    expect(left).toEqual([{ node_id: 'kept' }])
  })

  it('gives no half-open transaction to the next one', async () => {
    const single = createPool({ url: database.url, max: 1 })
    await expect(transaction(single, (client) => query(client, 'SELECT nonsense'))).rejects.toThrow()
    expect(await query(single, 'SELECT now() = statement_timestamp() AS fresh')).toEqual([{ fresh: true }])
    await single.end()
  })

  it.each([
    ['postgres://u:p@host:6543/postgres', 'transaction'],
    ['postgres://u:p@host:5432/postgres?pgbouncer=true', 'transaction'],
    ['postgres://u:p@host/postgres', 'none'],
    ['not an address', 'none'],
  ])('the address %s says pooler %s', (url, expected) => {
    expect(poolerOf(url)).toBe(expected)
  })

  it('makes no session settings behind a transaction pooler', async () => {
    const address = new URL(database.url)
    address.searchParams.set('pgbouncer', 'true')
    const pooled = createPool({ url: address.href, max: 1 })
    const [row] = await query(
      pooled,
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`,
    )
    expect(row).toEqual({ statement: '0', lock: '0' })
    await pooled.end()
  })
})
