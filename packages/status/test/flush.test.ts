import { waitFor } from '@syncwatch/testkit'
import pg from 'pg'
import { expect, test } from 'vitest'
import { afterTest, openBench } from './support.ts'

test('a flush sends one notification, whatever it writes, without a payload', async () => {
  const bench = await openBench()
  const manager = bench.manager()
  const ids = await Promise.all(
    Array.from({ length: 300 }, () => manager.createSyncOperation({ operation_type: 'upload' })),
  )
  for (const id of ids) await manager.updateSyncProgress(id, 1)
  await manager.flush()
  const listener = new pg.Client({ connectionString: bench.database.url })
  await listener.connect()
  afterTest(() => listener.end())
  const payloads: (string | undefined)[] = []
  listener.on('notification', ({ payload }) => payloads.push(payload))
  await listener.query('LISTEN sync_status')
  for (const id of ids) void manager.updateSyncProgress(id, 50, undefined, undefined, 'half')
  await manager.flush()
  await listener.query("SELECT pg_notify('sync_status', 'end')")
  await waitFor(() => payloads.includes('end'), { what: 'the last notification' })
  expect(payloads).toEqual(['', 'end'])
})

test('this node does not read back what it has flushed itself', async () => {
  const bench = await openBench()
  const pool = new pg.Pool({ connectionString: bench.database.url })
  afterTest(() => pool.end())
  const manager = bench.manager({ pool })
  const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 100_000 })
  const view = await manager.hub.open('operations')
  let batches = 0
  view.subscribe(() => {
    batches += 1
  })
  // The listener is there once a foreign change has come in by it.
  await bench.database.pool.query('SELECT update_sync_progress($1::uuid, 1)', [id])
  await waitFor(() => batches === 1, { what: 'the foreign change' })
  let readings = 0
  const watched = new WeakSet<object>()
  pool.on('acquire', (client) => {
    if (watched.has(client)) return
    watched.add(client)
    const query = client.query
    client.query = ((...args: [{ text?: string }]) => {
      if (args[0]?.text?.includes('pg_snapshot_xmin')) readings += 1
      return Reflect.apply(query, client, args)
    }) as typeof query
  })
  const startedAt = performance.now()
  let done = 0
  while (performance.now() - startedAt < 1500) {
    done += 1
    await manager.updateProgress(id, { processed_items: done })
    await manager.flush()
  }
  expect(view.rows()[0]).toEqual(await manager.getOperation(id))
  expect(batches).toBeGreaterThanOrEqual(done)
  // Only the poll, once a second.
  expect(readings).toBeLessThanOrEqual(2 + (performance.now() - startedAt) / 1000)
})

test('at least 95 % of the updates of running operations are HOT', async () => {
  const bench = await openBench()
  const pool = new pg.Pool({ connectionString: bench.database.url, max: 1 })
  afterTest(() => pool.end())
  const manager = bench.manager({ pool })
  const ids = await Promise.all(
    Array.from({ length: 400 }, () => manager.createSyncOperation({ operation_type: 'upload', total_items: 1000 })),
  )
  const round = async (n: number) => {
    for (const id of ids) void manager.updateProgress(id, { processed_items: n, message: `item ${n}` })
    await manager.flush()
  }
  const stats = async () => {
    await pool.query('SELECT pg_stat_force_next_flush()')
    const { rows } = await pool.query<{ all: number; hot: number }>(
      `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'sync_operations'`,
    )
    return rows[0] ?? { all: 0, hot: 0 }
  }
  await round(1)
  await round(2)
  // Versions that somebody may still have to see cannot be cleared away, and a transaction in any other database of this server
  // counts as that somebody: the best of a few series is what the table and the statement allow.
  const shareOfHot = async (series: number) => {
    const earlier = 800 + 4000 * series
    const before = await waitFor(async () => ((await stats()).all === earlier ? stats() : null), {
      what: 'the statistics',
    })
    for (let n = 1; n <= 10; n += 1) await round(2 + 10 * series + n)
    const isTold = async () => ((await stats()).all === earlier + 4000 ? stats() : null)
    const after = await waitFor(isTold, { what: 'the statistics' })
    return (after.hot - before.hot) / 4000
  }
  const shares: number[] = []
  while (shares.length < 8 && Math.max(0, ...shares) < 0.95) shares.push(await shareOfHot(shares.length))
  expect(Math.max(...shares)).toBeGreaterThanOrEqual(0.95)
})

test('text that Postgres cannot keep fails nobody else', async () => {
  const manager = (await openBench()).manager()
  const [bad, good] = [
    await manager.createSyncOperation({ operation_type: 'upload' }),
    await manager.createSyncOperation({ operation_type: 'upload' }),
  ]
  await manager.updateSyncProgress(bad, 10, undefined, undefined, 'a\0b \\ " {x,NULL} \ud800')
  await manager.updateSyncProgress(good, 20)
  await manager.flush()
  expect((await manager.getOperation(good)).progress).toBe(20)
  expect((await manager.getOperation(bad)).message).toBe('a\ufffdb \\ " {x,NULL} \ufffd')
})

test('what a node does not send again is not taken for written when somebody else has changed it', async () => {
  const bench = await openBench()
  const [a, b] = [bench.manager(), bench.manager()]
  const id = await a.createSyncOperation({ operation_type: 'upload', total_items: 100 })
  await a.updateProgress(id, { processed_items: 10, message: 'first' })
  await a.flush()
  await b.updateProgress(id, { total_items: 200, processed_items: 20 })
  await b.flush()
  await a.updateProgress(id, { processed_items: 30 })
  await a.flush()
  const row = await b.getOperation(id)
  expect(row).toMatchObject({ total_items: 200, processed_items: 30, message: 'first' })
  const view = await a.hub.open('operations')
  await waitFor(() => view.rows()[0]?.rev === row.rev, { what: 'the last state' })
  expect(view.rows()[0]).toEqual(row)
})

test('flushes are prepared statements, and simple ones where a pooler has lost them', async () => {
  const bench = await openBench()
  const pool = new pg.Pool({ connectionString: bench.database.url, max: 1 })
  afterTest(() => pool.end())
  const manager = bench.manager({ pool })
  const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 100 })
  const flushed = async (processed_items: number) => {
    await manager.updateProgress(id, { processed_items })
    await manager.flush()
    return (await manager.getOperation(id)).processed_items
  }
  const prepared = async () =>
    (await pool.query(`SELECT 1 FROM pg_prepared_statements WHERE name LIKE 'syncwatch%'`)).rowCount
  expect(await flushed(1)).toBe(1)
  expect(await prepared()).toBe(1)
  await pool.query('DEALLOCATE ALL')
  expect(await flushed(2)).toBe(2)
  expect(await flushed(3)).toBe(3)
  expect(await prepared()).toBe(0)
})
