import { OPERATION_MACHINE_TABLE, type OperationCommand, type ProgressPatch } from '@syncwatch/core'
import { NO_PROGRESS, PROGRESS_CASES } from '@syncwatch/core/conformance'
import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { query } from '../src/index.ts'

// The same tables hold the TypeScript rules of core to their word; here they hold the SQL functions to it.

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ migrate: 'status' })
})
afterAll(() => database.drop())

type Row = Record<string, unknown>

async function insert(columns: Row): Promise<string> {
  const names = Object.keys(columns)
  const places = names.map((_, index) => `$${index + 1}`)
  const [row] = await query<{ id: string }>(
    database.pool,
    `INSERT INTO sync_operations (operation_type, ${names.join(', ')}) VALUES ('update', ${places.join(', ')}) RETURNING id`,
    Object.values(columns),
  )
  return (row as { id: string }).id
}

async function read(id: string): Promise<Row> {
  const [row] = await query<Row>(database.pool, 'SELECT * FROM sync_operations WHERE id = $1', [id])
  return row as Row
}

function send(id: string, command: OperationCommand): Promise<unknown> {
  const [name, status] = command.split(':')
  switch (name) {
    case 'start':
      return query(database.pool, 'SELECT start_sync_operation($1::uuid)', [id])
    case 'progress':
      return query(database.pool, 'SELECT update_sync_progress($1::uuid)', [id])
    case 'cancel':
      return query(database.pool, 'SELECT cancel_sync_operation($1::uuid)', [id])
    default:
      return query(database.pool, 'SELECT complete_sync_operation($1::uuid, $2)', [id, status])
  }
}

const TIMES = ['start_time', 'end_time', 'cancel_requested_at'] as const
const holders = (held: boolean): Row[] =>
  held
    ? [
        { attempt: 1, lease_owner: 'node', lease_until: null },
        { attempt: 1, lease_owner: 'node', lease_until: new Date(Date.now() + 60_000) },
      ]
    : [
        { lease_owner: null, lease_until: null },
        { attempt: 0, lease_owner: 'node', lease_until: null },
        { attempt: 1, lease_owner: 'node', lease_until: new Date(Date.now() - 60_000) },
      ]

describe('the operation machine in SQL', () => {
  for (const entry of OPERATION_MACHINE_TABLE) {
    const { from, held, command } = entry
    const outcome = 'step' in entry ? entry.step.to : entry.error
    it(`${from}${held ? ', held' : ''}: ${command} → ${outcome}`, async () => {
      for (const holder of holders(held)) {
        const progress = from === 'pending' ? null : from === 'completed' ? 100 : 40
        const start_time = from === 'pending' ? null : '2020-01-01T00:00:00.000Z'
        const id = await insert({ status: from, progress, start_time, ...holder })
        const before = await read(id)
        if ('error' in entry) {
          await expect(send(id, command)).rejects.toMatchObject({ code: entry.error })
          expect(await read(id)).toEqual(before)
          continue
        }
        await send(id, command)
        const after = await read(id)
        expect(after.status).toBe(entry.step.to)
        expect(after.rev).toBe((before.rev as number) + 1)
        for (const time of TIMES)
          if (entry.step.sets.includes(time)) expect(after[time], time).not.toBeNull()
          else expect(after[time], time).toBe(before[time])
        expect(after.progress).toBe(entry.step.to === 'completed' ? 100 : progress)
      }
    })
  }
})

describe('the rules of progress in SQL', () => {
  it.each(PROGRESS_CASES.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const before = { ...NO_PROGRESS, ...each.before }
    const id = await insert({ status: 'in_progress', ...before })
    const call = applyPatch(id, each.patch)
    if ('error' in each) await expect(call).rejects.toMatchObject({ code: each.error })
    else await call
    const after = await read(id)
    expect(after).toMatchObject('error' in each ? before : { ...before, ...each.after })
    expect(after.rev).toBe('error' in each ? 1 : 2)
  })

  it('any order of reports ends where the greatest of each ends', async () => {
    const report = fc.record({
      processed_items: fc.nat(50),
      failed_items: fc.nat(20),
      progress: fc.option(fc.nat(100)),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(report, { minLength: 1, maxLength: 6 }), async (reports) => {
        const id = await insert({ status: 'pending', total_items: 50 })
        let percent = 0
        for (const { progress, ...counts } of reports) {
          await applyPatch(id, progress === null ? counts : { ...counts, progress })
          const row = await read(id)
          expect(row.progress as number).toBeGreaterThanOrEqual(percent)
          percent = row.progress as number
        }
        expect(await read(id)).toMatchObject({
          status: 'in_progress',
          processed_items: Math.max(...reports.map((each) => each.processed_items)),
          failed_items: Math.max(...reports.map((each) => each.failed_items)),
        })
        expect(percent).toBeLessThanOrEqual(99)
      }),
      { numRuns: 30 },
    )
  })
})

function applyPatch(id: string, patch: ProgressPatch): Promise<unknown> {
  return query(
    database.pool,
    `SELECT update_sync_progress($1, progress => $2, processed => $3, failed => $4, message => $5, phase => $6, total => $7,
       processed_bytes => $8, total_bytes => $9)`,
    [
      id,
      patch.progress,
      patch.processed_items,
      patch.failed_items,
      patch.message,
      patch.phase,
      patch.total_items,
      patch.processed_bytes,
      patch.total_bytes,
    ],
  )
}

describe('the functions for psql and other languages', () => {
  const call = async (text: string, values: unknown[] = []) =>
    Object.values((await query<Row>(database.pool, `SELECT ${text}`, values))[0] as Row)[0]

  it('drives an operation by its own key from creation to its end', async () => {
    const id = (await call(
      `create_sync_operation('upload', 10, 'admin', 'manual', operation_key => 'sync_123', message => 'Waiting')`,
    )) as string
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(await read(id)).toMatchObject({ status: 'pending', progress: 0, source: 'manual', triggered_by: 'admin' })
    await call(`update_sync_progress('sync_123', 50, 5, 0, 'Processing files...')`)
    expect(await read(id)).toMatchObject({ status: 'in_progress', progress: 50, message: 'Processing files...' })
    await call(`complete_sync_operation('sync_123', 'failed', '{"code": "disk_full"}', 'No space')`)
    expect(await read(id)).toMatchObject({ status: 'failed', progress: 50, error_details: { code: 'disk_full' } })
    const events = await query<Row>(
      database.pool,
      'SELECT kind, status, message FROM sync_operation_events WHERE operation_id = $1 ORDER BY id',
      [id],
    )
    expect(events).toEqual([
      { kind: 'created', status: 'pending', message: 'Waiting' },
      { kind: 'transition', status: 'in_progress', message: 'Processing files...' },
      { kind: 'transition', status: 'failed', message: 'No space' },
    ])
  })

  it.each([
    [`update_sync_progress('nobody', 5)`, 'operation_not_found'],
    [`update_sync_progress(NULL::text, 5)`, 'operation_not_found'],
    [`complete_sync_operation('0199aaaa-0000-7000-8000-000000000000')`, 'operation_not_found'],
    [`cancel_sync_operation('')`, 'operation_not_found'],
    [`create_sync_operation('nonsense')`, 'invalid_input'],
    [`create_sync_operation(NULL)`, 'invalid_input'],
    [`create_sync_operation('upload', -1)`, 'invalid_input'],
    [`create_sync_operation('upload', 9007199254740992)`, 'invalid_input'],
    [`create_sync_operation('upload', source => 'elsewhere')`, 'invalid_input'],
    [`create_sync_operation('upload', operation_key => '')`, 'invalid_input'],
    [`complete_sync_operation('x', 'pending')`, 'invalid_input'],
    [`create_sync_snapshot('yearly')`, 'invalid_input'],
    [`cleanup_sync_status('-1 day')`, 'invalid_input'],
    [`sync_status_changes('1; drop')`, 'invalid_cursor'],
  ])('%s is refused with %s', async (text, code) => {
    await expect(call(text)).rejects.toMatchObject({ code })
  })

  it('refuses a key that is taken and leaves one operation', async () => {
    await call(`create_sync_operation('upload', operation_key => 'mine')`)
    const again = call(`create_sync_operation('upload', operation_key => 'mine')`)
    await expect(again).rejects.toMatchObject({ code: 'operation_key_taken' })
    expect(await call(`count(*) FROM sync_operations WHERE operation_key = 'mine'`)).toBe(1)
  })

  it('refuses the writes of an older attempt', async () => {
    const id = await insert({ status: 'in_progress', attempt: 3 })
    await expect(call(`update_sync_progress($1::uuid, 5, attempt => 2)`, [id])).rejects.toMatchObject({
      code: 'fenced',
    })
    await expect(call(`complete_sync_operation($1::uuid, attempt => 2)`, [id])).rejects.toMatchObject({
      code: 'fenced',
    })
    await call(`update_sync_progress($1::uuid, 5, attempt => 3)`, [id])
    expect(await read(id)).toMatchObject({ progress: 5, status: 'in_progress' })
  })

  it('keeps health and metrics in a snapshot', async () => {
    const id = await call(`create_sync_snapshot('hourly')`)
    const [row] = await query<Row>(database.pool, 'SELECT * FROM sync_status_snapshots WHERE id = $1', [id])
    expect(row).toMatchObject({
      snapshot_type: 'hourly',
      health: { id: 'system' },
      metrics: { totalOperations: expect.any(Number), peakConcurrency: expect.any(Number) },
    })
  })
})
