import { systemClock } from '@syncwatch/core'
import { createPool, query } from '@syncwatch/database'
import { createSyncStatusManager } from '@syncwatch/status-manager'
import type { BidirectionalSyncService } from '@syncwatch/sync'
import { createJobs } from '@syncwatch/sync/jobs'
import { createTestDatabase, HeldDdl, type TestDatabase } from '@syncwatch/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'

let database: TestDatabase
let nodes: Awaited<ReturnType<typeof makeNode>>[]

beforeEach(async () => {
  database = await createTestDatabase()
  nodes = await Promise.all(['a', 'b', 'c'].map(makeNode))
})

afterEach(async () => {
  for (const node of nodes) await node.end()
  await database.drop()
})

const CONNECTIONS = 3

/**
 * A node whose every connection has made a table before, as those have that just migrated. A session that makes its first
 * one reads what others have made meanwhile; a later one goes by what it remembers, "there is no such schema" included.
 */
async function makeNode(name: string) {
  const pool = createPool({ url: database.url, applicationName: name, max: CONNECTIONS })
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()))
  for (const client of clients) await client.query('CREATE TEMP TABLE made (x int)')
  for (const client of clients) client.release()
  const status = createSyncStatusManager({ pool })
  // Nothing is synced here: the nodes only start and stop.
  const service = {} as BidirectionalSyncService
  const jobs = createJobs({ pool, status, service, clock: systemClock(), concurrency: 0 })
  const end = async () => {
    await jobs.stop()
    await status.stop()
    await pool.end()
  }
  return { jobs, end }
}

test('nodes that meet at the making of the job tables all start, and the tables are made once', async () => {
  await using held = await HeldDdl.begin(database.pool, 'CREATE SCHEMA syncwatch_jobs')
  const started = Promise.allSettled(nodes.map(({ jobs }) => jobs.start()))
  await held.untilWaiting(nodes.length)
  await held.release()
  expect(await started).toMatchObject(nodes.map(() => ({ status: 'fulfilled' })))
  const queues = await query<{ name: string }>(
    database.pool,
    `SELECT name FROM syncwatch_jobs.queue WHERE name LIKE 'sync%' ORDER BY 1`,
  )
  expect(queues.map((queue) => queue.name)).toEqual(['sync', 'sync-abandoned', 'sync-asset'])
})
