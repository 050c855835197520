import { transaction } from '@syncwatch/database'
import { expect, test } from 'vitest'
import { WEBHOOK_EVENTS } from '../src/index.ts'
import { type Bench, endOperation, openBench } from './support.ts'

const HOOK = { url: 'https://example.com/hook' }

test('an operation that ends is told once, with what it came to', async () => {
  const bench = await openBench()
  await bench.endpoints.add(HOOK)
  const [good, bad] = [await endOperation(bench), await endOperation(bench, 'failed')]
  const cancelled = await bench.status.createSyncOperation({ operation_type: 'upload' })
  await bench.status.cancelSyncOperation(cancelled)
  expect(await bench.messages()).toEqual([
    { type: 'operation.completed', data: expect.objectContaining({ operation_id: good, status: 'completed' }) },
    {
      type: 'operation.failed',
      data: expect.objectContaining({
        operation_id: bad,
        operation_type: 'upload',
        status: 'failed',
        total_items: 2,
        end_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        error: { code: 'disk_full', message: 'The disk is full.' },
      }),
    },
  ])
})

test('also one that somebody ends with SQL, and one that is born ended', async () => {
  const bench = await openBench()
  await bench.endpoints.add(HOOK)
  await bench.database.pool.query(`SELECT complete_sync_operation(create_sync_operation('upload'), 'failed')`)
  await bench.database.pool.query(
    `INSERT INTO sync_operations (operation_type, status) VALUES ('upload', 'completed'), ('upload', 'pending')`,
  )
  expect((await bench.messages()).map(({ type }) => type)).toEqual(['operation.failed', 'operation.completed'])
})

test('what is rolled back is told nobody', async () => {
  const bench = await openBench()
  await bench.endpoints.add(HOOK)
  const rolledBack = transaction(bench.database.pool, async (client) => {
    await client.query(`INSERT INTO sync_operations (operation_type, status) VALUES ('upload', 'completed')`)
    const { rows } = await client.query('SELECT count(*)::int AS count FROM sync_webhook_deliveries')
    expect(rows).toEqual([{ count: 1 }])
    throw new Error('no')
  })
  await expect(rolledBack).rejects.toThrow()
  expect(await bench.all()).toEqual([])
})

test('each endpoint is told what it asks for, under one id; one that is switched off is told nothing', async () => {
  const bench = await openBench()
  const [a, b] = [await bench.endpoints.add(HOOK), await bench.endpoints.add({ ...HOOK, events: ['operation.failed'] })]
  const off = await bench.endpoints.add(HOOK)
  await bench.endpoints.edit(off.endpoint.id, { enabled: false })
  await endOperation(bench)
  await endOperation(bench, 'failed')
  const told = await bench.all()
  expect(told.filter(({ endpoint_id }) => endpoint_id === a.endpoint.id)).toHaveLength(2)
  const ofB = told.filter(({ endpoint_id }) => endpoint_id === b.endpoint.id)
  expect(ofB.map(({ event_type }) => event_type)).toEqual(['operation.failed'])
  expect(told).toHaveLength(3)
  expect(new Set(told.map(({ message_id }) => message_id)).size).toBe(2)
})

test('a change of the health is told; what flaps within its hysteresis is none', async () => {
  const bench = await openBench()
  await bench.endpoints.add({ ...HOOK, events: ['health.changed'] })
  expect((await bench.status.getHealth()).status).toBe('healthy')
  expect(await bench.all(), 'a first report that is well is no news').toEqual([])
  const judged = async (failedOf100: number) => {
    await transaction(bench.database.pool, async (client) => {
      await client.query('DELETE FROM sync_operations')
      await client.query(
        `INSERT INTO sync_operations (operation_type, status, start_time)
         SELECT 'upload', CASE WHEN n <= $1 THEN 'failed' ELSE 'completed' END, now() FROM generate_series(1, 100) n`,
        [failedOf100],
      )
    })
    return (await bench.status.getHealth()).status
  }
  expect(await judged(15)).toBe('critical')
  for (const failed of [9, 11, 9, 12]) expect(await judged(failed)).toBe('critical')
  expect(await bench.all()).toHaveLength(1)
  expect(await judged(0)).toBe('healthy')
  expect(await bench.messages()).toEqual([
    {
      type: 'health.changed',
      data: expect.objectContaining({
        status: 'critical',
        previous_status: 'healthy',
        error_rate: 0.15,
        reasons: [expect.objectContaining({ code: 'error_rate', severity: 'critical', value: 0.15, threshold: 0.1 })],
      }),
    },
    {
      type: 'health.changed',
      data: expect.objectContaining({ status: 'healthy', previous_status: 'critical', reasons: [] }),
    },
  ])
})

test('a first report of a system that is ill is news', async () => {
  const bench = await openBench()
  await bench.endpoints.add({ ...HOOK, events: ['health.changed'] })
  await bench.database.pool.query(
    `INSERT INTO sync_operations (operation_type, status) SELECT 'upload', 'failed' FROM generate_series(1, 20)`,
  )
  await bench.status.getHealth()
  expect(await bench.messages()).toMatchObject([{ data: { status: 'critical', previous_status: null } }])
})

async function insertStore(bench: Bench): Promise<string> {
  const { rows } = await bench.database.pool.query(
    `INSERT INTO syncwatch.stores (name, kind, location) VALUES ('photos', 'folder', '/photos') RETURNING id`,
  )
  return rows[0].id
}

async function insertAsset(bench: Bench, key: string): Promise<string> {
  const { rows } = await bench.database.pool.query(
    'INSERT INTO syncwatch.media_assets (key, size) VALUES ($1, 7) RETURNING id',
    [key],
  )
  return rows[0].id
}

test('a conflict that waits is told once, however often it is found; one that a policy decided is not', async () => {
  const bench = await openBench()
  await bench.endpoints.add(HOOK)
  const [store, asset, other] = [
    await insertStore(bench),
    await insertAsset(bench, 'a.jpg'),
    await insertAsset(bench, 'b'),
  ]
  const find = (id: string, state: string) =>
    bench.database.pool.query(
      `INSERT INTO syncwatch.media_conflicts (store_id, asset_id, key, rule, outcome, state)
       VALUES ($1, $2, 'a.jpg', 'both-changed', 'held', $3)
       ON CONFLICT (store_id, asset_id) WHERE state = 'open' DO UPDATE SET updated_at = now()`,
      [store, id, state],
    )
  await find(asset, 'open')
  await find(asset, 'open')
  await find(other, 'resolved')
  expect(await bench.messages()).toEqual([
    {
      type: 'conflict.created',
      data: expect.objectContaining({ store_id: store, asset_id: asset, key: 'a.jpg', outcome: 'held' }),
    },
  ])
})

test('a plan that is held back, and an asset that goes to the trash, are told', async () => {
  const bench = await openBench()
  await bench.endpoints.add(HOOK)
  const [store, asset] = [await insertStore(bench), await insertAsset(bench, 'a.jpg')]
  const gates = [{ gate: 4, guards: 'deletes', message: '12 deletes' }]
  await bench.database.pool.query(
    `INSERT INTO syncwatch.held_plans (store_id, gates, counts, fingerprint, expires_at) VALUES ($1, $2, '{"rows": 12}', 'x', now())`,
    [store, JSON.stringify(gates)],
  )
  const trash = 'UPDATE syncwatch.media_assets SET trashed_at = coalesce(trashed_at, now()), trashed_by = $1'
  await bench.database.pool.query(trash, ['ann'])
  await bench.database.pool.query(trash, ['bob'])
  expect(await bench.messages()).toEqual([
    { type: 'plan.held', data: expect.objectContaining({ store_id: store, rows: 12, gates }) },
    {
      type: 'asset.trashed',
      data: expect.objectContaining({ asset_id: asset, key: 'a.jpg', size: 7, trashed_by: 'ann' }),
    },
  ])
})

test('a body stays below 20 kB, whatever texts the rows have', async () => {
  const bench = await openBench()
  await bench.endpoints.add(HOOK)
  const long = '\u0001"💥'.repeat(20_000)
  await bench.database.pool.query(
    `INSERT INTO sync_operations (operation_type, status, message, triggered_by, error_details)
     VALUES ('upload', 'failed', $1, $1, jsonb_build_object('code', $1::text, 'message', $1::text))`,
    [long],
  )
  const store = await insertStore(bench)
  const gates = Array.from({ length: 60 }, () => ({ gate: 1, guards: long, message: long }))
  await bench.database.pool.query(
    `INSERT INTO syncwatch.held_plans (store_id, gates, counts, fingerprint, expires_at) VALUES ($1, $2, '{"rows": 1}', 'x', now())`,
    [store, JSON.stringify(gates)],
  )
  const [plan, operation] = await bench.all()
  for (const one of [plan, operation]) expect(Buffer.byteLength(one?.payload ?? '')).toBeLessThan(20_000)
  expect(JSON.parse(operation?.payload ?? '').data).toMatchObject({ status: 'failed', operation_type: 'upload' })
  expect(JSON.parse(plan?.payload ?? '').data).toEqual({
    plan_id: expect.any(String),
    store_id: store,
    operation_id: null,
    truncated: true,
  })
})

test('who may change operations need not be able to read endpoints, and cannot publish', async () => {
  const bench = await openBench()
  const { pool } = bench.database
  await bench.endpoints.add(HOOK)
  const role = `${bench.database.name}_writer`
  await pool.query(`CREATE ROLE ${role}`)
  try {
    await pool.query(`GRANT INSERT, SELECT ON sync_operations, sync_operation_events TO ${role}`)
    await transaction(pool, async (client) => {
      await client.query(`SET LOCAL ROLE ${role}`)
      await client.query(`INSERT INTO sync_operations (operation_type, status) VALUES ('upload', 'completed')`)
    })
    expect(await bench.all()).toHaveLength(1)
    for (const forbidden of [
      `SELECT sync_webhook_publish('operation.failed', '{}')`,
      'SELECT url FROM sync_webhook_endpoints',
      'SELECT secret FROM sync_webhook_secrets',
    ]) {
      const trying = transaction(pool, async (client) => {
        await client.query(`SET LOCAL ROLE ${role}`)
        await client.query(forbidden)
      })
      await expect(trying, forbidden).rejects.toMatchObject({ cause: { code: '42501' } })
    }
  } finally {
    await pool.query(`DROP OWNED BY ${role}`)
    await pool.query(`DROP ROLE ${role}`)
  }
})

test('a schema that was chosen later is told of the library', async () => {
  const bench = await openBench()
  const { migrate } = await import('@syncwatch/database')
  const { pool } = bench.database
  await migrate(pool, { schema: 'later' })
  await pool.query(`INSERT INTO later.sync_webhook_endpoints (url, events) VALUES ('https://example.com', $1)`, [
    WEBHOOK_EVENTS,
  ])
  await insertAsset(bench, 'a.jpg')
  await pool.query('UPDATE syncwatch.media_assets SET trashed_at = now()')
  const { rows } = await pool.query('SELECT event_type FROM later.sync_webhook_deliveries')
  expect(rows).toEqual([{ event_type: 'asset.trashed' }])
})
