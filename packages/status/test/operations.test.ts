import { createTestDatabase, type TestDatabase, waitFor } from '@syncwatch/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSyncStatusManager, type SyncStatusManager, type TopicBatch } from '../src/index.ts'

let database: TestDatabase
let manager: SyncStatusManager

beforeEach(async () => {
  database = await createTestDatabase({ migrate: 'status' })
  manager = createSyncStatusManager({ databaseUrl: database.url })
})
afterEach(async () => {
  await manager.stop()
  await database.drop()
})

describe('an operation', () => {
  test('is created, progresses, completes and is listed as it is in the table', async () => {
    const id = await manager.createSyncOperation({
      operation_type: 'upload',
      total_items: 10,
      triggered_by: 'admin',
      source: 'manual',
    })
    expect(await manager.getOperation(id)).toMatchObject({
      status: 'pending',
      progress: 0,
      total_items: 10,
      rev: 1,
      source: 'manual',
    })
    await manager.updateSyncProgress(id, 50, 5, 0, 'Processing files...')
    await manager.flush()
    expect(await manager.getOperation(id)).toMatchObject({
      status: 'in_progress',
      progress: 50,
      processed_items: 5,
      message: 'Processing files...',
    })
    const row = await manager.completeSyncOperation(id, 'completed')
    expect(row).toMatchObject({ status: 'completed', progress: 100, processed_items: 5 })
    expect(row.end_time).not.toBeNull()
    const { items, next_cursor } = await manager.listOperations()
    expect(next_cursor).toBeNull()
    expect(items).toEqual([row])
    const events = await manager.listEvents(id)
    expect(events.items.map(({ kind, status }) => [kind, status])).toEqual([
      ['created', 'pending'],
      ['transition', 'in_progress'],
      ['transition', 'completed'],
    ])
  })

  test('is seen live as it is committed', async () => {
    const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 10 })
    const view = await manager.hub.open('operations')
    expect(view.rows()).toEqual([await manager.getOperation(id)])
    const batches: TopicBatch[] = []
    view.subscribe((batch) => batches.push(batch))
    await manager.updateSyncProgress(id, 10)
    await waitFor(() => batches.length >= 1, { what: 'the first batch' })
    await manager.updateSyncProgress(id, 20)
    await waitFor(() => batches.length >= 2, { what: 'the second batch' })
    expect(batches[1]?.changes[0]).toMatchObject({ extent: 'progress', row: { progress: 20 } })
    await manager.completeSyncOperation(id, 'completed')
    expect(view.counts()).toMatchObject({ completed: 1, in_progress: 0, pending: 0 })
    expect(view.rows()).toEqual([await manager.getOperation(id)])
  })
})
