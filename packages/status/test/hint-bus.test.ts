import type { OperationRow } from '@syncwatch/core'
import { SeededRandom, waitFor } from '@syncwatch/testkit'
import { describe, expect, test } from 'vitest'
import type { HintBus, HintListening, SyncStatusManager, SyncStatusManagerOptions, TopicView } from '../src/index.ts'
import { hasPgBouncer, startPgBouncer } from './pgbouncer.ts'
import { type Bench, openBench } from './support.ts'

/** A bus of somebody else, between the managers of this process. */
class ProcessBus implements HintBus {
  readonly pollMs = 1000
  readonly #members: Set<ProcessBus>
  #listening: HintListening | null = null

  constructor(members: Set<ProcessBus>) {
    this.#members = members
    members.add(this)
  }

  start(listening: HintListening): void {
    this.#listening ??= listening
  }

  async stop(): Promise<void> {
    this.#members.delete(this)
  }

  announce(): void {
    for (const member of this.#members) if (member !== this) member.#listening?.heard()
  }

  expectOwn(): () => void {
    return () => {}
  }
}

/** Hears nothing of what it is told, as if every hint were lost on the way. */
class DeafBus extends ProcessBus {
  override announce(): void {}
}

interface Adapter {
  readonly name: string
  /** Behind PgBouncer in transaction mode. */
  readonly isPooled: boolean
  /** Milliseconds in which a change of another node is seen: what a hint takes, or a poll. */
  readonly withinMs: number
  options(buses: Set<ProcessBus>): SyncStatusManagerOptions
}

const adapters: Adapter[] = [
  { name: 'NOTIFY', isPooled: false, withinMs: 800, options: () => ({ hints: 'notify' }) },
  { name: 'polling alone', isPooled: false, withinMs: 1500, options: () => ({ hints: 'poll' }) },
  { name: 'a bus of the host', isPooled: false, withinMs: 800, options: (buses) => ({ hints: new ProcessBus(buses) }) },
  { name: 'a bus that loses every hint', isPooled: false, withinMs: 3000, options: (b) => ({ hints: new DeafBus(b) }) },
  { name: 'a transaction pooler, told by its address', isPooled: true, withinMs: 1500, options: () => ({}) },
  { name: 'NOTIFY through a transaction pooler', isPooled: true, withinMs: 3000, options: () => ({ hints: 'notify' }) },
]

describe.each(adapters)('with $name', ({ isPooled, withinMs, options }) => {
  const buses = new Set<ProcessBus>()

  async function twoNodes(): Promise<{ bench: Bench; a: SyncStatusManager; b: SyncStatusManager }> {
    const bench = await openBench()
    const databaseUrl = isPooled ? await startPgBouncer(bench.database.url) : bench.database.url
    const node = () => bench.manager({ databaseUrl, ...options(buses) })
    return { bench, a: node(), b: node() }
  }

  const it = test.skipIf(isPooled && !hasPgBouncer)

  it('what one node commits is seen on the other in time (needs PgBouncer behind a pooler)', async () => {
    const { a, b } = await twoNodes()
    await Promise.all([a.start(), b.start()])
    const view = await b.hub.open('operations')
    const id = await a.createSyncOperation({ operation_type: 'upload', total_items: 10 })
    await waitFor(() => view.rows()[0]?.id === id, { what: 'the operation', timeoutMs: withinMs })
    await a.updateSyncProgress(id, null, 4)
    // A node on which nobody watches flushes once a second.
    await a.flush()
    await waitFor(() => view.rows()[0]?.progress === 40, { what: 'progress', timeoutMs: withinMs })
    await a.completeSyncOperation(id, 'completed')
    await waitFor(() => view.counts()?.completed === 1, { what: 'the end', timeoutMs: withinMs })
  })

  it('after any work of both nodes and of SQL each shows what is in the table', async () => {
    const { bench, a, b } = await twoNodes()
    const views = await Promise.all([a, b].map((node) => node.hub.open('operations')))
    const random = new SeededRandom(4)
    const ids: string[] = []
    for (let step = 0; step < 60; step += 1) {
      const node = random.next() < 0.5 ? a : b
      const id = ids[Math.floor(random.next() * ids.length)]
      const dice = random.next()
      if (id === undefined || dice < 0.3)
        ids.push(await node.createSyncOperation({ operation_type: 'upload', total_items: 1000 }))
      else if (dice < 0.6) await node.updateSyncProgress(id, null, step).catch(() => {})
      else if (dice < 0.8)
        await bench.database.pool.query('SELECT update_sync_progress($1::uuid, NULL, $2)', [id, step]).catch(() => {})
      else await node.completeSyncOperation(id, 'completed').catch(() => {})
    }
    // Progress of what another node has ended is refused, which is told here.
    await Promise.allSettled([a.flush(), b.flush()])
    const truth = (
      await bench.database.pool.query<OperationRow>('SELECT id, rev, status, progress FROM sync_operations')
    ).rows
    for (const view of views) {
      await waitFor(() => isSame(view, truth), { what: 'what is in the table', timeoutMs: 5000 })
    }
  })

  it('a stop leaves nothing behind', async () => {
    const { bench, a } = await twoNodes()
    const view = await a.hub.open('operations')
    await a.createSyncOperation({ operation_type: 'upload' })
    view.close()
    const before = buses.size
    await a.stop()
    expect(buses.size).toBe(Math.max(0, before - 1))
    const listening = async () =>
      (
        await bench.database.pool.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'
             AND application_name LIKE 'syncwatch%' AND pid <> pg_backend_pid()`,
        )
      ).rowCount
    if (!isPooled) await waitFor(async () => (await listening()) === 0, { what: 'the listener to be gone' })
    await a.stop()
  })
})

function isSame(view: TopicView, truth: readonly OperationRow[]): boolean {
  const rows = new Map(view.rows().map((row) => [row.id, row]))
  return (
    rows.size === truth.length &&
    truth.every(({ id, rev, status, progress }) => {
      const row = rows.get(id)
      return row?.rev === Number(rev) && row.status === status && row.progress === progress
    })
  )
}
