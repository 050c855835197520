import { waitFor } from '@syncwatch/testkit'
import pg from 'pg'
import { expect, test } from 'vitest'
import { afterTest, type Bench, openBench } from './support.ts'

/** A pool that tells of each statement that goes through it before it does. */
function listenedPool(bench: Bench, heard: (text: string) => Promise<void>): pg.Pool {
  const pool = new pg.Pool({ connectionString: bench.database.url, max: 4 })
  afterTest(() => pool.end())
  const query = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryResult>
  pool.query = (async (config: pg.QueryConfig) => {
    await heard(config.text)
    return query(config)
  }) as unknown as pg.Pool['query']
  return pool
}

test('what others write to the database, and no topic shows, costs a node one small statement a reading', async () => {
  const bench = await openBench()
  let looks = 0
  const others: string[] = []
  const pool = listenedPool(bench, async (text) => {
    if (!text.includes('pg_snapshot_xmax(s) AS xmax')) others.push(text)
    // Somebody's transaction between any two looks: nothing is quiet.
    else await bench.database.pool.query('SELECT pg_current_xact_id()')
    looks += 1
  })
  const manager = bench.manager({ pool, hints: 'poll' })
  await manager.hub.open('operations')
  await manager.hub.open('connections')
  // Nobody owns it here.
  await manager.hub.open('stores')
  const view = await manager.hub.open('health')
  const before = { looks, others: others.length }
  await waitFor(() => looks >= before.looks + 4, { what: 'four readings' })
  expect(
    others
      .slice(before.others)
      .filter((text) => /sync_operations|connection_status|sync_health|removals|floors/.test(text)),
  ).toEqual([])
  // It goes on seeing what does change.
  await bench.database.pool.query(
    `INSERT INTO sync_health (id, rev, report) VALUES ('system', 7, '{"status": "healthy"}')
     ON CONFLICT (id) DO UPDATE SET rev = 7, report = excluded.report`,
  )
  await waitFor(() => view.rows()[0]?.rev === 7, { what: 'the new health' })
})
