import { query } from '@syncwatch/database'
import { describe, expect, test } from 'vitest'
import { type HealthInputRow, readHealthInput } from '../src/queries/read-health-input.ts'
import { afterTest, type Bench, openBench } from './support.ts'

/** As the service asks: 15 minutes, at most 24 hours, until 10 are in view; stalled after an hour without a change. */
const WINDOW = [900, 86_400, 10, 3_600_000]

async function read(bench: Bench): Promise<HealthInputRow> {
  const [row] = await query<HealthInputRow & Record<string, unknown>>(
    bench.database.pool,
    readHealthInput('public'),
    WINDOW,
  )
  if (row === undefined) throw new Error('The query gives one row.')
  return row
}

/** `count` operations that ended so, one a second, the latest `minutesAgo`. */
const ended = (bench: Bench, count: number, status: 'completed' | 'failed' | 'cancelled', minutesAgo: number) =>
  bench.database.pool.query(
    `INSERT INTO sync_operations (operation_type, status, end_time)
     SELECT 'upload', $2, now() - make_interval(mins => $3, secs => n - 1) FROM generate_series(1, $1::int) n`,
    [count, status, minutesAgo],
  )

describe('what the health is judged by', () => {
  test.each([
    [
      'the last 15 minutes where enough ended in them',
      [
        [12, 'completed', 5],
        [9, 'failed', 20],
      ],
      [12, 0],
    ],
    [
      'back to the tenth where fewer did',
      [
        [4, 'completed', 5],
        [20, 'failed', 180],
      ],
      [4, 6],
    ],
    [
      'at most 24 hours back',
      [
        [4, 'completed', 5],
        [20, 'failed', 25 * 60],
      ],
      [4, 0],
    ],
    [
      'without those that were cancelled',
      [
        [20, 'cancelled', 5],
        [3, 'failed', 6],
      ],
      [0, 3],
    ],
  ] as const)('counts %s', async (_, operations, [completed, failed]) => {
    const bench = await openBench()
    for (const [count, status, minutesAgo] of operations) await ended(bench, count, status, minutesAgo)
    const row = await read(bench)
    expect([Number(row.completed), Number(row.failed)]).toEqual([completed, failed])
  })

  test('has the age of the oldest that waits, and what stands still, by its own word or by its silence', async () => {
    const bench = await openBench()
    expect(await read(bench)).toMatchObject({ backlog_age_ms: null, stalled: null })
    const { rows } = await bench.database.pool.query(
      `INSERT INTO sync_operations (operation_type, status, created_at, performance_metrics)
       VALUES ('upload', 'pending', now() - interval '7 minutes', '{}'), ('upload', 'pending', now(), '{}'),
         ('upload', 'in_progress', now(), '{"stalled_since": "2030-01-02T03:04:05Z"}'), ('upload', 'in_progress', now(), '{}')
       RETURNING id`,
    )
    const row = await read(bench)
    expect(row.backlog_age_ms).toBeGreaterThanOrEqual(420_000)
    expect(row.backlog_age_ms).toBeLessThan(480_000)
    expect(row.stalled).toEqual([{ id: rows[2].id, since: Date.parse('2030-01-02T03:04:05Z') }])
    const [silent] = await query<HealthInputRow & Record<string, unknown>>(
      bench.database.pool,
      readHealthInput('public'),
      [900, 86_400, 10, 0],
    )
    expect(silent?.stalled?.map(({ id }) => id).sort()).toEqual([rows[2].id, rows[3].id].sort())
  })

  test('has the age of the oldest snapshot that somebody keeps open', async () => {
    const bench = await openBench()
    expect((await read(bench)).oldest_snapshot_ms).toBeNull()
    const client = await bench.database.pool.connect()
    afterTest(async () => client.release())
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query('SELECT 1')
    const first = (await read(bench)).oldest_snapshot_ms
    expect(first).toBeGreaterThan(0)
    expect((await read(bench)).oldest_snapshot_ms).toBeGreaterThan(first ?? 0)
    await client.query('ROLLBACK')
    expect((await read(bench)).oldest_snapshot_ms).toBeNull()
  })
})
