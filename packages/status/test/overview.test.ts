import { isSyncwatchError } from '@syncwatch/core'
import { waitFor } from '@syncwatch/testkit'
import { describe, expect, test } from 'vitest'
import { openBench, QUICK } from './support.ts'

describe('health', () => {
  test('explains itself, and changes with what ends', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    const first = await manager.getHealth()
    expect(first).toMatchObject({
      id: 'system',
      status: 'healthy',
      reasons: [{ code: 'few_operations', severity: 'healthy' }],
    })
    await bench.database.pool.query(
      `INSERT INTO sync_operations (operation_type, status, start_time) SELECT 'upload', CASE WHEN n <= 3 THEN 'failed' ELSE 'completed' END, now()
       FROM generate_series(1, 20) n`,
    )
    await manager.start()
    await waitFor(async () => (await manager.getHealth()).status === 'critical', { what: 'the judgement' })
    const report = await manager.getHealth()
    expect(report).toMatchObject({ error_rate: 0.15, sample_size: 20 })
    expect(report.reasons[0]).toMatchObject({ code: 'error_rate', severity: 'critical', value: 0.15, threshold: 0.1 })
    expect(report.rev).toBeGreaterThan(first.rev)
    await waitFor(async () => (await manager.listSnapshots({ type: 'error' })).items.length === 1, {
      what: 'the snapshot',
    })
  })

  test('hears of stores from their owner', async () => {
    const manager = (await openBench()).manager()
    manager.addHealthProbe(async () => ({
      stores: [{ name: 'photos', state: 'unavailable', freshAt: Date.now(), everyMs: null }],
      webhookLagMs: null,
    }))
    manager.addHealthProbe(async () => ({ undeliveredWebhooks: 2 }))
    manager.addHealthProbe(async () => {
      throw new Error('a probe that fails hides nothing else')
    })
    const { reasons } = await manager.getHealth()
    expect(reasons).toMatchObject([
      { code: 'store_unavailable' },
      {
        code: 'undelivered_webhooks',
        value: 2,
        message: '2 webhooks were given up in the last 24 h, after every attempt.',
      },
      { code: 'few_operations' },
    ])
  })

  test('accepts a reason that a person has acknowledged', async () => {
    const bench = await openBench()
    await bench.database.pool.query(
      `INSERT INTO sync_operations (operation_type, status) SELECT 'upload', 'failed' FROM generate_series(1, 20)`,
    )
    const manager = bench.manager()
    expect(await manager.getHealth()).toMatchObject({ status: 'critical' })
    const until = new Date(Date.now() + 3_600_000).toISOString()
    expect(await manager.acknowledgeHealth({ code: 'error_rate', note: 'known', until }, 'ops')).toMatchObject({
      status: 'warning',
      reasons: [{ code: 'error_rate', acknowledged: { by: 'ops', note: 'known', until } }],
    })
    expect(await bench.manager().getHealth()).toMatchObject({ reasons: [{ acknowledged: { by: 'ops' } }] })
    expect(await manager.withdrawAcknowledgement('error_rate'), 'taken back, it counts again').toMatchObject({
      status: 'critical',
    })
    const codeOf = (work: Promise<unknown>) => work.catch((error: unknown) => isSyncwatchError(error) && error.code)
    expect(await codeOf(manager.acknowledgeHealth({ code: 'backlog', note: 'no', until }, 'ops'))).toBe('not_found')
    const past = new Date(Date.now() - 1000).toISOString()
    expect(await codeOf(manager.acknowledgeHealth({ code: 'error_rate', note: 'no', until: past }, 'ops'))).toBe(
      'invalid_input',
    )
  })

  test('hears of a reason again that got worse than what was acknowledged', async () => {
    const bench = await openBench()
    const fill = (status: string, count: number) =>
      bench.database.pool.query(
        `INSERT INTO sync_operations (operation_type, status) SELECT 'upload', $1 FROM generate_series(1, $2::int)`,
        [status, count],
      )
    await fill('completed', 93)
    await fill('failed', 7)
    const manager = bench.manager()
    const until = new Date(Date.now() + 3_600_000).toISOString()
    await manager.acknowledgeHealth({ code: 'error_rate', note: 'a known seven', until }, 'ops')
    await fill('failed', 20)
    // Judged anew, and refused, because nothing waits.
    await expect(manager.acknowledgeHealth({ code: 'backlog', note: 'no', until }, 'ops')).rejects.toThrow()
    const { reasons } = await manager.getHealth()
    expect(reasons[0]).toMatchObject({ code: 'error_rate', severity: 'critical' })
    expect(reasons[0]).not.toHaveProperty('acknowledged')
  })
})

test('metrics and the overview say what the table says', async () => {
  const bench = await openBench()
  const manager = bench.manager({ timing: QUICK })
  const ids = await Promise.all(
    ['upload', 'upload', 'delete'].map((operation_type) =>
      manager.createSyncOperation({ operation_type: operation_type as 'upload', total_items: 2 }),
    ),
  )
  await manager.updateProgress(ids[0] as string, { processed_items: 2 })
  await manager.completeSyncOperation(ids[0] as string, 'completed')
  await manager.completeSyncOperation(ids[1] as string, 'failed')
  expect((await manager.getStatus()).connections).toMatchObject({ total: 0, latency_ms: null })
  for (let latency = 1; latency <= 100; latency += 1)
    manager.reportConnection({ client_id: `tab-${latency}`, status: 'connected', latency_ms: latency })
  manager.reportConnection({ client_id: 'gone', status: 'disconnected', latency_ms: 9999 })
  manager.reportConnection({ client_id: 'new', status: 'connected' })
  await waitFor(async () => (await manager.listConnections({ limit: 500 })).items.length === 102, {
    what: 'the connections',
  })
  const status = await manager.getStatus()
  expect(status.metrics).toMatchObject({ totalOperations: 2, successRate: 0.5, errorRate: 0.5 })
  expect(status.metrics).toEqual(await manager.getMetrics())
  expect(status.metrics.by_type.upload).toMatchObject({ totalOperations: 2 })
  expect(status.active_operations.map(({ id }) => id)).toEqual([ids[2]])
  expect(status.connections).toEqual({
    connected: 101,
    reconnecting: 0,
    total: 102,
    latency_ms: { p50: 50, p95: 95, p99: 99 },
  })
  expect(status.last_update).not.toBeNull()
  const refused = await manager.getMetrics(-1).catch((error: unknown) => error)
  expect(isSyncwatchError(refused, 'invalid_input')).toBe(true)
})

describe('snapshots and retention', () => {
  test('are kept once an hour and day, however many nodes there are', async () => {
    const bench = await openBench()
    const nodes = [bench.manager(), bench.manager(), bench.manager()]
    await Promise.all(nodes.map((node) => node.start()))
    await waitFor(async () => (await nodes[0]?.listSnapshots())?.items.length === 2, { what: 'both snapshots' })
    await Promise.all(nodes.map((node) => node.stop()))
    const again = bench.manager()
    await again.start()
    await again.createSnapshot('manual')
    const types = (await again.listSnapshots()).items.map(({ snapshot_type }) => snapshot_type)
    expect(types.sort()).toEqual(['daily', 'hourly', 'manual'])
  })

  test('that are due wait for their turn: what another node is just making keeps nobody from the rest', async () => {
    const bench = await openBench()
    const other = await bench.database.pool.connect()
    const lockers = `SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`
    try {
      await other.query(
        `BEGIN; SELECT pg_advisory_xact_lock(hashtext('syncwatch snapshots')), pg_advisory_xact_lock(hashtext('syncwatch schedule'))`,
      )
      const node = bench.manager()
      await node.start()
      await waitFor(async () => (await bench.database.pool.query(lockers)).rows[0].waiting > 0, {
        what: 'the node to wait',
      })
      await other.query('COMMIT')
      await waitFor(async () => (await node.listSnapshots()).items.length === 2, { what: 'both snapshots' })
    } finally {
      other.release()
    }
  })

  test('remove what is old, never what is open', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    await bench.database.pool.query(
      `INSERT INTO sync_operations (operation_type, status, end_time, created_at)
       SELECT 'upload', s, CASE WHEN s = 'completed' THEN now() - interval '40 days' END, now() - interval '40 days'
       FROM generate_series(1, 700), unnest(ARRAY['completed', 'pending']) s`,
    )
    expect(await manager.cleanup()).toEqual({ operations: 700, snapshots: 0, connections: 0 })
    expect((await manager.hub.open('operations')).counts()).toMatchObject({ pending: 700, completed: 0 })
  })
})

describe('connections', () => {
  test('are written in batches, the last word of each client', async () => {
    const bench = await openBench()
    const manager = bench.manager({ timing: QUICK })
    for (let latency = 1; latency <= 50; latency += 1)
      manager.reportConnection({ client_id: 'tab', status: 'connected', latency_ms: latency, metadata: { n: latency } })
    manager.reportConnection({ client_id: 'tab', status: 'connected', user_agent: 'Firefox' })
    const row = await waitFor(async () => (await manager.listConnections()).items[0], { what: 'the row' })
    expect(row).toMatchObject({
      client_id: 'tab',
      latency_ms: 50,
      user_agent: 'Firefox',
      metadata: { n: 50 },
      node_id: manager.nodeId,
    })
    expect(row.rev).toBeLessThanOrEqual(2)
  })

  test('that went to another node are not closed by the one they left, and an orderly stop closes its own', async () => {
    const bench = await openBench()
    const [a, b] = [bench.manager({ timing: QUICK }), bench.manager({ timing: QUICK })]
    const row = async () => (await b.listConnections()).items[0]
    a.reportConnection({ client_id: 'tab', status: 'connected' })
    await waitFor(async () => (await row())?.node_id === a.nodeId, { what: 'node a' })
    b.reportConnection({ client_id: 'tab', status: 'connected' })
    await waitFor(async () => (await row())?.node_id === b.nodeId, { what: 'node b' })
    a.reportConnection({ client_id: 'tab', status: 'disconnected' })
    await a.stop()
    expect((await row())?.status).toBe('connected')
    await b.stop()
    const { rows } = await bench.database.pool.query('SELECT status FROM connection_status')
    expect(rows).toEqual([{ status: 'disconnected' }])
  })
})

test('a nonce burns once, on whichever node, also within one batch', async () => {
  const bench = await openBench()
  const [a, b] = [bench.manager(), bench.manager()]
  const until = new Date(Date.now() + 30_000)
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => a.burnNonce('one', until)),
    ...Array.from({ length: 20 }, () => b.burnNonce('one', until)),
    a.burnNonce('two', until),
  ])
  expect(answers.filter(Boolean)).toHaveLength(2)
  expect(answers.at(-1)).toBe(true)
  expect(await b.burnNonce('two', until)).toBe(false)
})

test('anybody can follow by cursor', async () => {
  const manager = (await openBench()).manager()
  const first = await manager.changes(null)
  const id = await manager.createSyncOperation({ operation_type: 'upload' })
  const next = await manager.changes(first.cursor)
  expect(next.rows.map((row) => row.id)).toEqual([id])
  const refused = await manager.changes('x').catch((error: unknown) => error)
  expect(isSyncwatchError(refused, 'invalid_cursor')).toBe(true)
})
