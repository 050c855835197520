import { systemClock } from '@syncwatch/core'
import { createPool } from '@syncwatch/database'
import { createSyncStatusManager } from '@syncwatch/status-manager'
import type { BidirectionalSyncService } from '@syncwatch/sync'
import { createJobs } from '@syncwatch/sync/jobs'
import { createTestDatabase } from '@syncwatch/testkit'
import { expect, test } from 'vitest'

const NODES = 5

test('nodes that begin at once on a database without job tables all start', async () => {
  const database = await createTestDatabase()
  const nodes = Array.from({ length: NODES }, () => {
    const pool = createPool({ url: database.url, max: 4 })
    const status = createSyncStatusManager({ pool })
    // Nothing is synced here: the nodes only start and stop.
    const service = {} as BidirectionalSyncService
    return { pool, status, jobs: createJobs({ pool, status, service, clock: systemClock(), concurrency: 0 }) }
  })
  const started = await Promise.allSettled(nodes.map(({ jobs }) => jobs.start()))
  expect(started.map((result) => result.status)).toEqual(nodes.map(() => 'fulfilled'))
  for (const { jobs, status, pool } of nodes) {
    await jobs.stop()
    await status.stop()
    await pool.end()
  }
  await database.drop()
})
