import type { LiveRow, OperationRow } from '@syncwatch/core'
import { SeededRandom, waitFor } from '@syncwatch/testkit'
import { describe, expect, test } from 'vitest'
import type { TopicBatch, TopicView } from '../src/index.ts'
import { type Bench, openBench } from './support.ts'

/** What a client keeps: applies batches and resumes as a session does. */
class Replica {
  readonly rows = new Map<string, LiveRow>()
  cursor = '0'
  #stop: (() => void) | null = null
  snapshots = 0
  resumes = 0

  connect(view: TopicView, resume: boolean): void {
    const since = resume ? view.since(this.cursor) : null
    if (since === null) {
      this.snapshots += 1
      this.rows.clear()
      for (const row of view.rows()) this.rows.set(row.id, row)
    } else {
      this.resumes += 1
      this.#apply(since.rows, since.removed)
    }
    this.cursor = view.cursor
    this.#stop = view.subscribe((batch) => {
      this.#apply(
        batch.changes.map(({ row }) => row),
        batch.removed,
      )
      this.cursor = batch.cursor
    })
  }

  disconnect(): void {
    this.#stop?.()
    this.#stop = null
  }

  #apply(rows: readonly LiveRow[], removed: readonly string[]): void {
    for (const row of rows) if ((this.rows.get(row.id)?.rev ?? -1) < row.rev) this.rows.set(row.id, row)
    for (const id of removed) this.rows.delete(id)
  }
}

const table = async (bench: Bench) => {
  const { rows } = await bench.database.pool.query<{ id: string; rev: string }>('SELECT id, rev FROM sync_operations')
  return Object.fromEntries(rows.map(({ id, rev }) => [id, Number(rev)]))
}
const held = (rows: Iterable<LiveRow>) => Object.fromEntries([...rows].map(({ id, rev }) => [id, rev]))

describe('the live hub', () => {
  test('shows each node what the others commit, SQL callers included', async () => {
    const bench = await openBench()
    const [a, b] = [bench.manager(), bench.manager()]
    const view = await b.hub.open('operations')
    const id = await a.createSyncOperation({ operation_type: 'upload', total_items: 4 })
    await waitFor(() => view.rows().length === 1, { what: 'the operation', timeoutMs: 900 })
    await a.updateSyncProgress(id, 25)
    await waitFor(() => view.rows()[0]?.progress === 25, { what: 'progress', timeoutMs: 3000 })
    await bench.database.pool.query('SELECT update_sync_progress($1::uuid, 60)', [id])
    await waitFor(() => view.rows()[0]?.progress === 60, { what: 'progress by SQL', timeoutMs: 900 })
    await a.completeSyncOperation(id, 'completed')
    await waitFor(() => view.counts()?.completed === 1, { what: 'the end', timeoutMs: 900 })
    expect(view.rows()).toEqual([await a.getOperation(id)])
    expect(a.hub.epoch === '' || a.hub.epoch === b.hub.epoch).toBe(true)
  })

  test('works by polling alone', async () => {
    const bench = await openBench()
    const [a, b] = [bench.manager({ hints: 'poll' }), bench.manager({ hints: 'poll' })]
    const view = await b.hub.open('operations')
    const id = await a.createSyncOperation({ operation_type: 'upload' })
    await waitFor(() => view.rows()[0]?.id === id, { what: 'the operation', timeoutMs: 2000 })
  })

  test('reads the database no more often for a hundred views than for one', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    const id = await manager.createSyncOperation({ operation_type: 'upload' })
    const views = await Promise.all(Array.from({ length: 100 }, () => manager.hub.open('operations')))
    expect(manager.hub.watchers).toBe(100)
    const batches: TopicBatch[] = []
    for (const view of views) view.subscribe((batch) => batches.push(batch))
    await manager.updateSyncProgress(id, 10)
    await waitFor(() => batches.length === 100, { what: 'all batches' })
    expect(new Set(batches).size).toBe(1)
    for (const view of views) expect(view.since(view.cursor)).not.toBeNull()
    for (const view of views) view.close()
    expect(manager.hub.watchers).toBe(0)
    expect(manager.hub.state).toBe('idle')
  })

  test('holds 500 open and 200 ended, with true counts, and drops removed rows', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    await bench.database.pool.query(
      `INSERT INTO sync_operations (operation_type, status) SELECT 'upload', 'pending' FROM generate_series(1, 620)`,
    )
    await bench.database.pool.query(
      `INSERT INTO sync_operations (operation_type, status, end_time) SELECT 'upload', 'failed', now() - interval '60 days' FROM generate_series(1, 330)`,
    )
    const view = await manager.hub.open('operations')
    expect(view.rows()).toHaveLength(700)
    expect(view.counts()).toEqual({ pending: 620, in_progress: 0, completed: 0, failed: 330, cancelled: 0 })
    expect(view.since(view.cursor)).toBeNull()
    const replica = new Replica()
    replica.connect(view, false)
    const { rows } = await bench.database.pool.query<{ id: string }>(
      `SELECT id FROM sync_operations WHERE status = 'pending' ORDER BY id DESC LIMIT 200`,
    )
    for (const { id } of rows) await manager.completeSyncOperation(id, 'completed')
    await waitFor(() => view.rows().filter(({ status }) => status === 'pending').length === 420, { what: 'the refill' })
    expect(view.counts()).toEqual({ pending: 420, in_progress: 0, completed: 200, failed: 330, cancelled: 0 })
    const open = (of: Iterable<LiveRow>) => held([...of].filter(({ status }) => status === 'pending'))
    expect(open(replica.rows.values())).toEqual(open(view.rows()))
    expect(await manager.cleanup()).toMatchObject({ operations: 330 })
    await waitFor(() => view.counts()?.failed === 0, { what: 'the removals' })
    expect(view.counts()).toMatchObject({ pending: 420, completed: 200 })
  })

  test('tells connections, health, and an empty topic without an owner', async () => {
    const bench = await openBench()
    const [a, b] = [bench.manager(), bench.manager()]
    const [connections, health, stores] = await Promise.all([
      b.hub.open('connections'),
      b.hub.open('health'),
      b.hub.open('stores'),
    ])
    expect(stores.rows()).toEqual([])
    a.reportConnection({ client_id: 'tab-1', status: 'connected', latency_ms: 12 })
    await waitFor(() => connections.rows()[0]?.client_id === 'tab-1', { what: 'the connection' })
    const report = await a.getHealth()
    await waitFor(() => health.rows()[0]?.rev === report.rev, { what: 'the health' })
    let stored: { row: LiveRow; changed: string }[] = []
    b.hub.registerTopicSource('stores', { read: async () => ({ rows: stored, removed: [] }) })
    stored = [{ row: { id: 's1', rev: 1, name: 'photos' }, changed: '1' }]
    await a.createSyncOperation({ operation_type: 'upload' })
    await waitFor(() => stores.rows().length === 1, { what: 'the store' })
  })

  test('refuses cursors that are none of its own', async () => {
    const manager = (await openBench()).manager()
    const view = await manager.hub.open('operations')
    for (const cursor of ['99999999999999999999', 'x', '', '-1', String(BigInt(view.cursor) + 1n)])
      expect(view.since(cursor)).toBeNull()
    expect(view.since(view.cursor)).toEqual({ rows: [], removed: [] })
  })

  test.each([1, 2, 3, 4])(
    'viewers that resume at any cursor, on any node, always equal the table (seed %i)',
    async (seed) => {
      const random = new SeededRandom(seed)
      const pick = <T>(list: readonly T[]) => list[Math.floor(random.next() * list.length)] as T
      const bench = await openBench()
      const nodes = [bench.manager(), bench.manager(), bench.manager({ hints: 'poll' })]
      const views = await Promise.all(nodes.map((node) => node.hub.open('operations')))
      const replicas = Array.from({ length: 6 }, () => new Replica())
      for (const replica of replicas) replica.connect(pick(views), false)
      const ids: string[] = []
      // Foreign transactions that stay open across many steps: their changes appear late and out of order.
      const sleepers: { run: () => Promise<void> }[] = []
      const write = async () => {
        const node = pick(nodes)
        const id = pick(ids)
        const dice = random.next()
        if (id === undefined || dice < 0.25)
          ids.push(await node.createSyncOperation({ operation_type: 'upload', total_items: 100 }))
        else if (dice < 0.65)
          await node.updateProgress(id, { processed_items: Math.floor(random.next() * 100) }).catch(() => {})
        else if (dice < 0.75) await node.completeSyncOperation(id, pick(['completed', 'failed'])).catch(() => {})
        else if (dice < 0.8) await bench.database.pool.query('DELETE FROM sync_operations WHERE id = $1', [id])
        else if (dice < 0.9) {
          const client = await bench.database.pool.connect()
          await client.query('BEGIN')
          await client.query('INSERT INTO sync_operations (operation_type) VALUES ($1)', ['delete'])
          sleepers.push({
            run: async () => {
              await client.query('COMMIT')
              client.release()
            },
          })
          if (sleepers.length > 3) await sleepers.shift()?.run()
        } else await bench.database.pool.query('SELECT update_sync_progress($1::uuid, 50)', [id]).catch(() => {})
      }
      for (let step = 0; step < 120; step += 1) {
        await Promise.all(Array.from({ length: 1 + Math.floor(random.next() * 4) }, write))
        const replica = pick(replicas)
        if (random.next() < 0.5) replica.disconnect()
        else {
          replica.disconnect()
          replica.connect(pick(views), random.next() < 0.85)
        }
      }
      for (const sleeper of sleepers) await sleeper.run()
      for (const node of nodes) await node.flush().catch(() => {})
      for (const replica of replicas) {
        replica.disconnect()
        replica.connect(pick(views), true)
      }
      // Read anew each time: a flush that told of a refusal may still be writing the rest.
      let expected = await table(bench)
      for (const [index, replica] of replicas.entries())
        await waitFor(
          async () => {
            expected = await table(bench)
            return JSON.stringify(sorted(held(replica.rows.values()))) === JSON.stringify(sorted(expected))
          },
          { what: `replica ${index} to equal the table`, timeoutMs: 5000 },
        )
      expect(replicas.reduce((sum, { resumes }) => sum + resumes, 0)).toBeGreaterThan(5)
      const statuses = Object.keys(expected).length
      const counted = (view: TopicView) => Object.values(view.counts() ?? {}).reduce((sum, n) => sum + n, 0)
      for (const view of views)
        await waitFor(() => counted(view) === statuses, { what: 'true counts', timeoutMs: 1000 })
      const full = new Map(
        (await nodes[0]?.listOperations({ limit: 500 }))?.items.map((row) => [row.id as string, row]),
      )
      for (const row of views[0]?.rows() ?? []) expect(row).toEqual(full.get(row.id) as OperationRow)
    },
  )
})

function sorted(record: Record<string, number>): [string, number][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
