import { type HealthReport, isSyncwatchError } from '@syncwatch/core'
import { TcpProxy, waitFor } from '@syncwatch/testkit'
import { describe, expect, test } from 'vitest'
import type { HubState, SyncStatusManager } from '../src/index.ts'
import { afterTest, type Bench, openBench, QUICK } from './support.ts'

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'resolved',
    (error: unknown) => (isSyncwatchError(error) ? error.code : String(error)),
  )

async function behindProxy(): Promise<{
  bench: Bench
  proxy: TcpProxy
  manager: SyncStatusManager
  other: SyncStatusManager
}> {
  const bench = await openBench()
  const target = new URL(bench.database.url)
  const proxy = await TcpProxy.start({ host: target.hostname, port: Number(target.port || 5432) })
  afterTest(() => proxy.close())
  const manager = bench.manager({ databaseUrl: proxy.rewrite(bench.database.url), timing: QUICK })
  return { bench, proxy, manager, other: bench.manager() }
}

describe('while Postgres is gone', () => {
  test('progress is kept and written afterwards, commits are refused, and the hub catches up', async () => {
    const { proxy, manager, other } = await behindProxy()
    await manager.start()
    const mine = await manager.createSyncOperation({ operation_type: 'upload', total_items: 100 })
    const theirs = await other.createSyncOperation({ operation_type: 'delete', total_items: 100 })
    const view = await manager.hub.open('operations')
    const health = await manager.hub.open('health')
    await waitFor(() => view.rows().length === 2, { what: 'both operations' })
    const states: HubState[] = []
    manager.hub.onState((state) => states.push(state))

    await proxy.refuse()
    await manager.updateProgress(mine, { processed_items: 10 })
    expect(await codeOf(manager.flush())).toBe('database_unavailable')
    for (let done = 11; done <= 60; done += 1) await manager.updateProgress(mine, { processed_items: done })
    expect(await codeOf(manager.createSyncOperation({ operation_type: 'upload' }))).toBe('database_unavailable')
    expect(await codeOf(manager.completeSyncOperation(mine, 'completed'))).toBe('database_unavailable')
    expect(await codeOf(manager.updateProgress(mine, { processed_items: 61 }, { durability: 'await' }))).toBe(
      'database_unavailable',
    )
    await waitFor(() => manager.hub.state === 'lost', { what: 'the hub to notice' })
    // What is held stays readable; what was only accepted is not shown.
    expect(view.rows().find(({ id }) => id === mine)).toMatchObject({ processed_items: 0 })
    expect((await manager.getHealth()).status).toBe('critical')
    expect(health.rows()[0]).toMatchObject({ status: 'critical', reasons: [{ code: 'database_unavailable' }] })
    await other.updateSyncProgress(theirs, 77)
    await other.flush()

    await proxy.restore()
    await waitFor(() => view.rows().find(({ id }) => id === theirs)?.progress === 77, {
      what: 'the other node',
      timeoutMs: 8000,
    })
    await waitFor(() => view.rows().find(({ id }) => id === mine)?.processed_items === 60, {
      what: 'what was kept',
      timeoutMs: 8000,
    })
    await waitFor(() => health.rows()[0]?.status !== 'critical', { what: 'health', timeoutMs: 10_000 })
    expect(await other.getOperation(mine)).toMatchObject({ processed_items: 60, status: 'in_progress' })
    expect(states.slice(0, 2)).toEqual(['lost', 'live'])
    // Listening again: a hint, not the poll, brings the next change.
    await other.updateSyncProgress(theirs, 78)
    await waitFor(() => view.rows().find(({ id }) => id === theirs)?.progress === 78, {
      what: 'the next change',
      timeoutMs: 3000,
    })
  })

  test('a server that keeps its connections and stops answering is noticed, and told to who watches health', async () => {
    const { proxy, manager } = await behindProxy()
    await manager.start()
    const view = await manager.hub.open('health')
    // A machine that is slow just now has other reasons beside it.
    const codes = () => (view.rows()[0] as HealthReport | undefined)?.reasons.map(({ code }) => code)
    await waitFor(() => codes()?.includes('database_unavailable') === false, { what: 'a first report' })

    proxy.silence()
    await waitFor(() => manager.hub.state === 'lost', { what: 'the hub to notice', timeoutMs: 10_000 })
    await waitFor(() => view.rows()[0]?.status === 'critical', { what: 'health to say so', timeoutMs: 10_000 })
    expect(view.rows()[0]).toMatchObject({ reasons: [{ code: 'database_unavailable' }] })

    await proxy.restore()
    await waitFor(() => codes()?.includes('database_unavailable') === false, {
      what: 'health to recover',
      timeoutMs: 20_000,
    })
  }, 60_000)

  test('a server that stops answering in the middle of a reading is noticed as soon, however long a reading may last', async () => {
    const { bench, proxy, manager } = await behindProxy()
    const view = await manager.hub.open('operations')
    const blocker = await bench.database.pool.connect()
    try {
      await blocker.query('BEGIN')
      // With one transaction under way and a later one over there is something to read.
      await blocker.query('SELECT pg_current_xact_id()')
      await bench.database.pool.query('SELECT pg_current_xact_id()')
      await blocker.query('LOCK TABLE sync_operations IN ACCESS EXCLUSIVE MODE')
      // Whoever opens another view begins a reading.
      manager.hub.open('health').catch(() => {})
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      await waitFor(async () => (await bench.database.pool.query(waiting)).rowCount, {
        what: 'a reading to wait',
        timeoutMs: 10_000,
      })
      proxy.silence()
      const lostAfter = performance.now()
      await waitFor(() => manager.hub.state === 'lost', { what: 'the hub to notice', timeoutMs: 15_000 })
      expect(performance.now() - lostAfter, 'two signs of life').toBeLessThan(10_000)
    } finally {
      await blocker.query('ROLLBACK')
      blocker.release()
    }
    await proxy.restore()
    await waitFor(() => manager.hub.state === 'live', { what: 'the hub to recover', timeoutMs: 20_000 })
    expect(view.rows()).toEqual([])
  }, 60_000)

  test('another history under the same address is noticed, and announced as a reset', async () => {
    const { bench, proxy, manager } = await behindProxy()
    const view = await manager.hub.open('operations')
    const id = await manager.createSyncOperation({ operation_type: 'upload' })
    const { epoch } = manager.hub
    const states: HubState[] = []
    manager.hub.onState((state) => states.push(state))
    await proxy.refuse()
    await waitFor(() => manager.hub.state === 'lost', { what: 'the hub to notice' })
    // As after restoring a dump from elsewhere: another epoch, and the operation is not in it.
    await bench.database.pool.query('UPDATE sync_epoch SET epoch = gen_random_uuid()')
    await bench.database.pool.query('ALTER TABLE sync_operations DISABLE TRIGGER USER')
    await bench.database.pool.query('DELETE FROM sync_operations WHERE id = $1', [id])
    await bench.database.pool.query('ALTER TABLE sync_operations ENABLE TRIGGER USER')
    await proxy.restore()
    await waitFor(() => states.includes('reset') && states.at(-1) === 'live', { what: 'the reset', timeoutMs: 8000 })
    expect(manager.hub.epoch).not.toBe(epoch)
    expect(view.rows()).toEqual([])
  })

  test('a claim that cannot be kept alive is given up before somebody else takes it', async () => {
    const { proxy, manager, other } = await behindProxy()
    const id = await manager.createSyncOperation({ operation_type: 'upload', operation_data: { resumable: true } })
    const run = await manager.claim(id)
    await proxy.refuse()
    await waitFor(() => run.signal.aborted, { what: 'the signal', timeoutMs: 5000 })
    expect(isSyncwatchError(run.signal.reason, 'fenced')).toBe(true)
    const row = await other.getOperation(id)
    expect(row.attempt).toBe(1)
    expect(await codeOf(run.progress({ progress: 1 }))).toBe('fenced')
    await proxy.restore()
  })

  test('items are kept up to a bound, then their callers wait', async () => {
    const { proxy, manager, other } = await behindProxy()
    const id = await manager.createSyncOperation({ operation_type: 'upload' })
    await manager.updateSyncProgress(id, 1)
    await manager.flush()
    await proxy.refuse()
    const page = (n: number) =>
      Array.from({ length: 5000 }, (_, i) => ({
        item_key: `${n}-${i}`,
        action: 'import' as const,
        state: 'done' as const,
      }))
    for (let n = 0; n < 4; n += 1) await manager.reportItems(id, page(n))
    let accepted = false
    const fifth = manager.reportItems(id, page(4)).then(() => {
      accepted = true
    })
    expect(await codeOf(manager.flush())).toBe('database_unavailable')
    expect(accepted).toBe(false)
    await proxy.restore()
    await fifth
    await waitFor(() => manager.flush().then(() => true), { what: 'the flush', timeoutMs: 20_000 })
    const { rows } = { rows: (await other.listItems(id, { limit: 1 })).items }
    expect(rows).toHaveLength(1)
  })
})

test('an orderly stop writes what was accepted, a given pool stays open', async () => {
  const bench = await openBench()
  const manager = bench.manager({ pool: bench.database.pool })
  const ids = await Promise.all(
    Array.from({ length: 50 }, () => manager.createSyncOperation({ operation_type: 'upload' })),
  )
  for (const id of ids) await manager.updateSyncProgress(id, 1)
  for (const id of ids) await manager.updateSyncProgress(id, 42)
  await manager.stop()
  const { rows } = await bench.database.pool.query('SELECT DISTINCT progress FROM sync_operations')
  expect(rows).toEqual([{ progress: 42 }])
  expect(await codeOf(manager.getOperation(ids[0] as string))).toBe('shutting_down')
})

test('nothing connects before the first use, and a missing address is said in one sentence', async () => {
  const bench = await openBench()
  const lazy = bench.manager({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' })
  expect(lazy.hub.watchers).toBe(0)
  expect(await codeOf(lazy.listOperations())).toBe('database_unavailable')
  const before = process.env.DATABASE_URL
  delete process.env.DATABASE_URL
  const { createSyncStatusManager } = await import('../src/index.ts')
  const unset = createSyncStatusManager()
  expect(await codeOf(unset.listOperations())).toBe('configuration_invalid')
  await unset.stop()
  if (before !== undefined) process.env.DATABASE_URL = before
})
