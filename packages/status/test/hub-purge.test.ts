import type { Cursor, LiveRow } from '@syncwatch/core'
import { waitFor } from '@syncwatch/testkit'
import pg from 'pg'
import { expect, test } from 'vitest'
import type { TopicBatch, TopicSource } from '../src/index.ts'
import { afterTest, type Bench, openBench } from './support.ts'

/** As an hour later: what was removed is forgotten, and the floors say so. */
async function purge({ database: { pool } }: Bench): Promise<void> {
  await pool.query(`UPDATE sync_removals SET removed_at = now() - interval '2 hours'`)
  await pool.query('SELECT cleanup_sync_status()')
}

/** A pool that lets the purge come between a reading's look at the horizon and its look at the rows. */
function poolWithPurge(bench: Bench): { pool: pg.Pool; purges: () => number } {
  const pool = new pg.Pool({ connectionString: bench.database.url, max: 4 })
  afterTest(() => pool.end())
  let purges = 0
  const query = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryResult>
  pool.query = (async (config: pg.QueryConfig) => {
    const result = await query(config)
    if (!config.text.includes('pg_snapshot_xmax(s) AS xmax')) return result
    const { rows } = await bench.database.pool.query('SELECT 1 FROM sync_removals')
    if (rows.length === 0) return result
    purges += 1
    await purge(bench)
    return result
  }) as unknown as pg.Pool['query']
  return { pool, purges: () => purges }
}

test.each([
  ['operations', `INSERT INTO sync_operations (operation_type) VALUES ('upload')`, 'DELETE FROM sync_operations'],
  [
    'connections',
    `INSERT INTO connection_status (client_id, status) VALUES ('tab', 'connected')`,
    'DELETE FROM connection_status',
  ],
] as const)(
  '%s that were removed, and whose removal is purged before it could be read, leave the view',
  async (topic, add, remove) => {
    const bench = await openBench()
    const { pool, purges } = poolWithPurge(bench)
    const manager = bench.manager({ pool, hints: 'poll' })
    await bench.database.pool.query(add)
    const view = await manager.hub.open(topic)
    expect(view.rows()).toHaveLength(1)
    const batches: TopicBatch[] = []
    view.subscribe((batch) => batches.push(batch))
    const id = view.rows()[0]?.id
    await bench.database.pool.query(remove)
    await waitFor(() => view.rows().length === 0, { what: 'the view without it' })
    expect(purges()).toBe(1)
    const told = batches.find(({ removed }) => removed.length > 0)
    expect(told?.removed).toEqual([id])
    // Whoever was cut off before he was told comes back with a cursor like this, and gets everything anew.
    expect(view.since(told?.cursor ?? '')).toBeNull()
  },
)

test('a removal too many to be read is not lost: the view is read anew', async () => {
  const bench = await openBench()
  const manager = bench.manager({ hints: 'poll' })
  const { pool } = bench.database
  await pool.query(`INSERT INTO sync_operations (operation_type) VALUES ('upload')`)
  const view = await manager.hub.open('operations')
  expect(view.rows()).toHaveLength(1)
  const client = await pool.connect()
  try {
    // The one in view is the oldest of them, and no reading can be done with it before the others are there.
    await client.query('BEGIN; DELETE FROM sync_operations')
    await pool.query(
      `INSERT INTO sync_removals (topic, id) SELECT 'operations', gen_random_uuid() FROM generate_series(1, 10000)`,
    )
    await client.query('COMMIT')
  } finally {
    client.release()
  }
  await waitFor(() => view.rows().length === 0, { what: 'the view without it' })
})

test('a topic of another room that is loaded anew answers for removals before, or says that it cannot', async () => {
  const bench = await openBench()
  const manager = bench.manager()
  const row: LiveRow = { id: 'kept', rev: 1 }
  let removedFrom: Cursor | undefined
  const source: TopicSource = {
    read: async (since) => ({
      rows: [{ row, changed: '1' }].filter(() => since === null),
      removed: [{ id: 'gone', changed: '5' }].filter(({ changed }) => Number(changed) >= Number(since ?? 0)),
      removedFrom,
    }),
  }
  manager.hub.registerTopicSource('stores', source)
  const view = await manager.hub.open('stores')
  expect(view.since('5')).toEqual({ rows: [], removed: ['gone'] })
  view.close()
  removedFrom = '6'
  const anew = await manager.hub.open('stores')
  expect(anew.since('5')).toBeNull()
  expect(anew.since('6')).toEqual({ rows: [], removed: [] })
})
