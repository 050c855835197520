import { createTestDatabase } from '@syncwatch/testkit'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createSyncStatusManager } from '../src/index.ts'

test('a connection of the host’s pool that breaks while it is handed over does not end the process', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  onTestFinished(() => pool.end())
  const manager = createSyncStatusManager({ pool })
  onTestFinished(() => manager.stop())
  await manager.createSyncOperation({ operation_type: 'full_sync' })
  const client = await pool.connect()
  const next = pool.connect()
  client.release()
  expect(() => client.emit('error', new Error('terminating connection due to administrator command'))).not.toThrow()
  ;(await next).release(true)
})
