import { type Clock, isSyncwatchError, type OperationId, SyncwatchError, systemClock } from '@syncwatch/core'
import { waitFor } from '@syncwatch/testkit'
import { describe, expect, test } from 'vitest'
import { DEFAULT_TIMING, type OperationRun } from '../src/index.ts'
import { openBench, QUICK } from './support.ts'

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'resolved',
    (error: unknown) => (isSyncwatchError(error) ? error.code : String(error)),
  )

const upload = { operation_type: 'upload', total_items: 10 } as const

describe('a claim', () => {
  test('raises the attempt, is visible, and ends with the operation', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation(upload)
    const run = await manager.claim(id)
    expect(run.attempt).toBe(1)
    expect(await manager.getOperation(id)).toMatchObject({
      status: 'in_progress',
      attempt: 1,
      lease_owner: manager.nodeId,
    })
    await run.progress({ processed_items: 4 })
    await run.items([{ item_key: 'a', action: 'import', state: 'done' }])
    await run.event('message', 'half way')
    const row = await run.complete('completed', { peak_concurrency: 3 })
    expect(row).toMatchObject({ status: 'completed', processed_items: 4, lease_until: null })
    expect(row.performance_metrics).toMatchObject({ peak_concurrency: 3 })
    expect((await manager.listItems(id)).items).toHaveLength(1)
    expect(await codeOf(run.progress({ processed_items: 5 }))).toBe('illegal_transition')
  })

  test('keeps others out while it is alive, longer than its lease', async () => {
    const bench = await openBench()
    const [a, b] = [bench.manager({ timing: QUICK }), bench.manager({ timing: QUICK })]
    await b.start()
    const id = await a.createSyncOperation(upload)
    const run = await a.claim(id)
    const first = (await a.getOperation(id)).lease_until as string
    expect(await codeOf(b.claim(id))).toBe('illegal_transition')
    await waitFor(
      async () => Date.parse((await a.getOperation(id)).lease_until ?? first) > Date.parse(first) + QUICK.leaseMs,
      {
        what: 'the lease to be prolonged',
      },
    )
    expect(run.signal.aborted).toBe(false)
    expect((await a.getOperation(id)).attempt).toBe(1)
  })

  test('as a job takes over from whoever had it', async () => {
    const bench = await openBench()
    const [a, b] = [bench.manager({ timing: QUICK }), bench.manager({ timing: QUICK })]
    await b.start()
    const id = await a.createSyncOperation(upload)
    const old = await a.claim(id, { lease: 'job' })
    await old.progress({ processed_items: 6 })
    await a.flush()
    const run = await b.claim(id, { lease: 'job' })
    expect(run.attempt).toBe(2)
    const before = await b.getOperation(id)
    expect(before).toMatchObject({ lease_owner: b.nodeId, lease_until: null, processed_items: 0 })
    await waitFor(() => old.signal.aborted, { what: 'the old run to be told' })
    expect(isSyncwatchError(old.signal.reason, 'fenced')).toBe(true)
    expect(await b.getOperation(id)).toEqual(before)
  })

  test('that was lost writes nothing, whatever it tries', async () => {
    const bench = await openBench()
    // Long intervals: the old worker has not noticed yet.
    const [a, b] = [bench.manager({ timing: { watchClaimsMs: 60_000 } }), bench.manager()]
    const tries: Record<string, (run: OperationRun) => Promise<unknown>> = {
      progress: async (run) => {
        await run.progress({ processed_items: 9 })
        await a.flush()
      },
      items: async (run) => {
        await run.items([{ item_key: 'a', action: 'import', state: 'done' }])
        await a.flush()
      },
      itemsWithin: async (run) => {
        const client = await bench.database.pool.connect()
        try {
          await client.query('BEGIN')
          await run.itemsWithin(client, [{ item_key: 'a', action: 'import', state: 'done' }])
        } finally {
          await client.query('ROLLBACK')
          client.release()
        }
      },
      event: (run) => run.event('message', 'still here'),
      complete: (run) => run.complete('completed'),
      release: (run) => run.release(),
    }
    for (const [name, attempt] of Object.entries(tries)) {
      const id = await a.createSyncOperation(upload)
      const old = await a.claim(id, { lease: 'job' })
      await b.claim(id, { lease: 'job' })
      const before = await b.getOperation(id)
      expect([name, await codeOf(attempt(old))]).toEqual([name, 'fenced'])
      expect(await b.getOperation(id)).toEqual(before)
      expect((await b.listItems(id)).items).toEqual([])
    }
  })

  test('that was paused asks before it touches anything, and is refused when another has taken over', async () => {
    const bench = await openBench()
    const machine = systemClock()
    let asleep = 0
    // Who is woken after a pause finds that time has passed, before any of its timers has told it so.
    const clock: Clock = {
      now: () => machine.now() + asleep,
      monotonic: () => machine.monotonic() + asleep,
      setTimeout: (callback, milliseconds) => machine.setTimeout(callback, milliseconds),
    }
    const [a, b] = [bench.manager({ clock, timing: { watchClaimsMs: 60_000 } }), bench.manager()]
    const id = await a.createSyncOperation(upload)
    const old = await a.claim(id, { lease: 'job' })
    asleep += 60_000
    expect(await codeOf(old.held()), 'nobody has taken over').toBe('resolved')
    await b.claim(id, { lease: 'job' })
    expect(await codeOf(old.held()), 'seen a moment ago').toBe('resolved')
    asleep += 60_000
    expect(await codeOf(old.held())).toBe('fenced')
    expect(isSyncwatchError(old.signal.reason, 'fenced')).toBe(true)
  })

  test('that cannot ask waits until it can, or until it is told to stop', async () => {
    const bench = await openBench()
    const machine = systemClock()
    let asleep = 0
    const clock: Clock = {
      now: () => machine.now(),
      monotonic: () => machine.monotonic() + asleep,
      setTimeout: (callback, milliseconds) => machine.setTimeout(callback, milliseconds),
    }
    const manager = bench.manager({ clock, timing: { watchClaimsMs: 60_000 } })
    const id = await manager.createSyncOperation(upload)
    const run = await manager.claim(id, { lease: 'job' })
    asleep += 60_000
    await bench.database.pool.query('ALTER TABLE sync_operations RENAME TO away')
    const stop = new AbortController()
    const [waiting, stopped] = [codeOf(run.held()), codeOf(run.held(stop.signal))]
    stop.abort(new SyncwatchError('shutting_down', 'Stopping.'))
    expect(await stopped).toBe('shutting_down')
    await bench.database.pool.query('ALTER TABLE away RENAME TO sync_operations')
    expect(await waiting).toBe('resolved')
  })

  test('writes items in a transaction of its worker, which a newer claim waits for', async () => {
    const bench = await openBench()
    const [a, b] = [bench.manager(), bench.manager()]
    const id = await a.createSyncOperation(upload)
    const run = await a.claim(id, { lease: 'job' })
    const client = await bench.database.pool.connect()
    await client.query('BEGIN')
    await run.itemsWithin(client, [{ item_key: 'a', action: 'import', state: 'done' }])
    await run.progress({ processed_items: 3 })
    await a.flush()
    let claimed = false
    const next = b.claim(id, { lease: 'job' }).then(() => {
      claimed = true
    })
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await waitFor(async () => (await bench.database.pool.query(waiting)).rowCount, { what: 'the claim to wait' })
    expect(claimed).toBe(false)
    await client.query('COMMIT')
    client.release()
    await next
    expect((await b.listItems(id)).items).toMatchObject([{ item_key: 'a', attempt: 1 }])
  })
})

describe('cancelling what a worker holds', () => {
  test.each(['the same', 'another'])('reaches it from %s node within a second', async (where) => {
    const bench = await openBench()
    const worker = bench.manager()
    const asker = where === 'another' ? bench.manager() : worker
    const id = await worker.createSyncOperation(upload)
    const run = await worker.claim(id)
    const at = performance.now()
    expect(await asker.cancelSyncOperation(id)).toMatchObject({
      status: 'in_progress',
      cancel_requested_at: expect.any(String),
    })
    await waitFor(() => run.signal.aborted, { what: 'the signal', timeoutMs: 1000 })
    expect(performance.now() - at).toBeLessThan(1000)
    expect(isSyncwatchError(run.signal.reason, 'cancelled')).toBe(true)
    expect(await run.complete('cancelled')).toMatchObject({ status: 'cancelled' })
  })
})

describe('what a dead node left', () => {
  /** Claims on a node whose heart stands still: no manager runs behind it. */
  async function orphan(data: Record<string, unknown>, before?: (id: OperationId) => Promise<unknown>) {
    const bench = await openBench()
    const dead = bench.manager({ timing: { ...QUICK, heartbeatMs: 3_600_000, watchClaimsMs: 3_600_000 } })
    const id = await dead.createSyncOperation({ ...upload, operation_data: data })
    const run = await dead.claim(id)
    await run.progress({ processed_items: 5 })
    await dead.flush()
    await before?.(id)
    return { bench, dead, id, run }
  }

  test('fails as orphaned where nobody can go on with it', async () => {
    const { bench, id, run } = await orphan({})
    const alive = bench.manager({ timing: QUICK })
    await alive.start()
    const row = await waitFor(async () => (await alive.getOperation(id)).end_time && alive.getOperation(id), {
      what: 'the end',
    })
    expect(row).toMatchObject({ status: 'failed', error_details: { code: 'orphaned' }, processed_items: 5 })
    expect(await codeOf(run.complete('completed'))).toBe('illegal_transition')
    expect(await alive.getOperation(id)).toEqual(row)
  })

  test('waits with a new attempt where it is resumable, and the old worker is fenced', async () => {
    const { bench, id, run } = await orphan({ resumable: true })
    const alive = bench.manager({ timing: QUICK })
    await alive.start()
    await waitFor(async () => (await alive.getOperation(id)).attempt === 2, { what: 'the new attempt' })
    expect(await alive.getOperation(id)).toMatchObject({ status: 'in_progress', lease_owner: null, progress: 0 })
    expect(await codeOf(run.complete('completed'))).toBe('fenced')
    const next = await alive.claim(id)
    expect(next.attempt).toBe(2)
  })

  test('goes on by the handler of another node', async () => {
    const { bench, id } = await orphan({})
    const alive = bench.manager({ timing: QUICK })
    alive.registerHandler('upload', async (run, row) => {
      await run.progress({ processed_items: row.total_items ?? 0 })
      await run.complete('completed')
    })
    await alive.start()
    await waitFor(async () => (await alive.getOperation(id)).status === 'completed', { what: 'the handler' })
    expect(await alive.getOperation(id)).toMatchObject({ attempt: 2, processed_items: 10 })
  })

  test('is cancelled where that was asked for', async () => {
    const { bench, dead, id } = await orphan({ resumable: true }, async () => {})
    await dead.cancelSyncOperation(id)
    const alive = bench.manager({ timing: QUICK })
    await alive.start()
    await waitFor(async () => (await alive.getOperation(id)).status === 'cancelled', { what: 'the end' })
  })

  test('is taken over in under 30 s with the usual intervals', () => {
    const { leaseMs, recoveryMs } = DEFAULT_TIMING
    // The lease was prolonged just before the end, and somebody looked just before it ran out; 3 s for the looking itself.
    expect(leaseMs + recoveryMs + 3000).toBeLessThan(30_000)
    // A single lost heartbeat costs nobody his claim.
    expect(DEFAULT_TIMING.heartbeatMs * 2).toBeLessThan(leaseMs)
  })

  test('released work is recovered at once', async () => {
    const bench = await openBench()
    const manager = bench.manager({ timing: QUICK })
    await manager.start()
    const id = await manager.createSyncOperation({ ...upload, operation_data: { resumable: true } })
    const run = await manager.claim(id, { leaseSeconds: 3600 })
    await run.release()
    await waitFor(async () => (await manager.getOperation(id)).lease_owner === null, { what: 'the recovery' })
    expect((await manager.getOperation(id)).attempt).toBe(2)
  })

  test.each([
    ['goes on as the attempt that it was given', false, 2],
    ['is another attempt where somebody without a claim wrote into it: within one nothing goes back', true, 3],
  ])('what was requeued %s', async (_, isWritten, attempt) => {
    const bench = await openBench()
    const manager = bench.manager()
    const id = await manager.createSyncOperation(upload)
    await (await manager.claim(id, { lease: 'job' })).release()
    if (isWritten) {
      await manager.updateProgress(id, { processed_items: 2 })
      await manager.flush()
      expect(await manager.getOperation(id)).toMatchObject({ attempt: 2, processed_items: 2 })
    }
    await manager.claim(id, { lease: 'job' })
    expect(await manager.getOperation(id)).toMatchObject({ attempt, processed_items: 0 })
  })
})
