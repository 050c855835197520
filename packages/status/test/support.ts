import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import { afterEach } from 'vitest'
import { createSyncStatusManager, type SyncStatusManager, type SyncStatusManagerOptions } from '../src/index.ts'

/** A database with any number of managers on it, all of which are stopped after the test. */
export interface Bench {
  readonly database: TestDatabase
  manager(options?: SyncStatusManagerOptions): SyncStatusManager
}

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

export function afterTest(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup)
}

export async function openBench(): Promise<Bench> {
  const database = await createTestDatabase({ migrate: 'status' })
  afterTest(() => database.drop())
  return {
    database,
    manager(options = {}) {
      const manager = createSyncStatusManager({ databaseUrl: database.url, ...options })
      afterTest(() => manager.stop())
      return manager
    },
  }
}

/** Short intervals, so that a takeover takes a second or two. */
export const QUICK = { leaseMs: 1500, heartbeatMs: 300, recoveryMs: 300, watchClaimsMs: 100, connectionsMs: 50 }

/** A foreign transaction that holds one operation until `release`. */
export async function holdRow(bench: Bench, id: string): Promise<{ release: () => Promise<void> }> {
  const client = await bench.database.pool.connect()
  await client.query('BEGIN')
  await client.query('SELECT 1 FROM sync_operations WHERE id = $1 FOR UPDATE', [id])
  let held = true
  const release = async () => {
    if (!held) return
    held = false
    await client.query('ROLLBACK')
    client.release()
  }
  afterTest(release)
  return { release }
}
