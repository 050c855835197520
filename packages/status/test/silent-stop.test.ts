import { createPool } from '@syncwatch/database'
import { TcpProxy, waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import type { StatusLogger, SyncStatusManager, SyncStatusManagerOptions } from '../src/index.ts'
import { afterTest, openBench, QUICK } from './support.ts'

/** A little more than what is promised, for a machine that is busy. */
const BOUND_MS = 15_000

async function behindProxy(options: (url: string) => SyncStatusManagerOptions) {
  const bench = await openBench()
  const target = new URL(bench.database.url)
  const proxy = await TcpProxy.start({ host: target.hostname, port: Number(target.port || 5432) })
  afterTest(() => proxy.close())
  const said: string[] = []
  const note = (_: unknown, message: string) => void said.push(message)
  const logger: StatusLogger = { info: note, warn: note, error: note }
  const manager = bench.manager({ ...options(proxy.rewrite(bench.database.url)), logger, timing: QUICK })
  return { bench, proxy, manager, said }
}

/** All that a node does at once: it listens, watches a claim, judges health, and waits for a row in a transaction. */
async function inFullSwing(manager: SyncStatusManager): Promise<string> {
  await manager.start()
  await manager.hub.open('operations')
  const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 10 })
  const claimed = await manager.createSyncOperation({ operation_type: 'full_sync', total_items: 10 })
  await manager.claim(claimed)
  await manager.updateSyncProgress(id, 1)
  await manager.flush()
  await waitFor(() => manager.hub.state === 'live', { what: 'the hub to be live' })
  return id
}

async function stopped(manager: SyncStatusManager): Promise<number> {
  const begunAt = performance.now()
  let isOver = false
  void manager.stop().then(() => {
    isOver = true
  })
  await waitFor(() => isOver, { what: 'the stop', timeoutMs: BOUND_MS })
  return performance.now() - begunAt
}

test.each([
  ['of its own', (url: string) => ({ databaseUrl: url })],
  [
    'that was given',
    (url: string) => {
      const pool = createPool({ url })
      // The connections end with the proxy.
      afterTest(async () => void pool.end().catch(() => {}))
      return { pool }
    },
  ],
] as const)(
  'with a pool %s, a stop ends although the database answers nothing, and says what was not written',
  async (_, options) => {
    const { proxy, manager, said } = await behindProxy(options)
    const id = await inFullSwing(manager)

    proxy.silence()
    const health = manager.getHealth().catch(() => {})
    const ending = manager.completeSyncOperation(id, 'completed').catch(() => {})
    const other = manager.createSyncOperation({ operation_type: 'upload' }).catch(() => {})
    await manager.updateSyncProgress(id, 50)
    await manager.reportItems(id, [{ item_key: 'a', action: 'import', state: 'done' }])
    await stopped(manager)
    expect(said.filter((sentence) => sentence.startsWith('Stopped without'))).toEqual([
      'Stopped without writing the last progress of 1 operations and what became of 1 items.',
    ])
    await proxy.close()
    await Promise.all([health, ending, other])
  },
  60_000,
)

test('a stop that waits for a slow database goes on waiting, and everything is committed', async () => {
  const { bench, manager, said } = await behindProxy((url) => ({ databaseUrl: url }))
  const id = await inFullSwing(manager)
  const holder = await bench.database.pool.connect()
  await holder.query('BEGIN')
  await holder.query('LOCK TABLE sync_operations IN ACCESS EXCLUSIVE MODE')
  await manager.updateSyncProgress(id, 50)
  const stopping = manager.stop()
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  await waitFor(async () => ((await bench.database.pool.query(waiting)).rowCount ?? 0) > 0, {
    what: 'the flush to wait',
  })
  await holder.query('COMMIT')
  holder.release()
  await stopping
  expect(said.filter((sentence) => sentence.startsWith('Stopped without'))).toEqual([])
  const { rows } = await bench.database.pool.query('SELECT progress FROM sync_operations WHERE id = $1', [id])
  expect(rows).toEqual([{ progress: 50 }])
})
