import { isSyncwatchError } from '@syncwatch/core'
import { waitFor } from '@syncwatch/testkit'
import { describe, expect, test } from 'vitest'
import type { TopicBatch } from '../src/index.ts'
import { holdRow, openBench } from './support.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000000'

/** The code of a rejection, or 'resolved'. */
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'resolved',
    (error: unknown) => (isSyncwatchError(error) ? error.code : String(error)),
  )

describe('an operation', () => {
  test('is created, progresses, completes and is listed as it is in the table', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({
      operation_type: 'upload',
      total_items: 10,
      triggered_by: 'admin',
      source: 'manual',
    })
    expect(await manager.getOperation(id)).toMatchObject({ status: 'pending', progress: 0, total_items: 10, rev: 1 })
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
    expect(row.performance_metrics).toMatchObject({ duration_ms: expect.any(Number), retries: 0 })
    expect(await manager.listOperations()).toEqual({ items: [row], next_cursor: null })
    const events = await manager.listEvents(id)
    expect(events.items.map(({ kind, status }) => [kind, status])).toEqual([
      ['created', 'pending'],
      ['transition', 'in_progress'],
      ['transition', 'completed'],
    ])
  })

  test('is seen live as it is committed', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 10 })
    const view = await manager.hub.open('operations')
    expect(view.rows()).toEqual([await manager.getOperation(id)])
    const batches: TopicBatch[] = []
    view.subscribe((batch) => batches.push(batch))
    await manager.updateSyncProgress(id, 10)
    await waitFor(() => batches.length >= 1, { what: 'the first batch' })
    await manager.updateSyncProgress(id, 20)
    await waitFor(() => batches.length >= 2, { what: 'the second batch' })
    expect(batches[0]?.changes[0]).toMatchObject({ extent: 'full', row: { status: 'in_progress' } })
    expect(batches[1]?.changes[0]).toMatchObject({ extent: 'progress', row: { progress: 20 } })
    await manager.completeSyncOperation(id, 'completed')
    expect(view.counts()).toEqual({ pending: 0, in_progress: 0, completed: 1, failed: 0, cancelled: 0 })
    expect(view.rows()).toEqual([await manager.getOperation(id)])
  })

  test('keeps the latest of many reports, and never goes back', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 1000 })
    for (let done = 1; done <= 800; done += 1) await manager.updateProgress(id, { processed_items: done })
    await manager.updateProgress(id, { processed_items: 3, message: 'late' })
    await manager.flush()
    const row = await manager.getOperation(id)
    expect(row).toMatchObject({ processed_items: 800, progress: 80, message: 'late' })
    expect(row.rev).toBeLessThan(100)
  })

  test('is flushed also after a flush that had nothing to do', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'upload' })
    await manager.flush()
    for (const progress of [10, 20]) {
      void manager.updateSyncProgress(id, progress)
      await manager.flush()
      expect(await manager.getOperation(id)).toMatchObject({ progress })
      await manager.flush()
    }
  })

  test('takes what was accepted along when it completes', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 10 })
    await manager.updateSyncProgress(id, 10)
    await manager.flush()
    await manager.updateProgress(id, { processed_items: 7, message: 'almost' })
    const row = await manager.completeSyncOperation(id, 'failed', { code: 'timeout' })
    expect(row).toMatchObject({
      status: 'failed',
      processed_items: 7,
      message: 'almost',
      error_details: { code: 'timeout' },
    })
    await manager.flush()
    expect((await manager.getOperation(id)).rev).toBe(row.rev)
  })

  test('refuses what is unknown, illegal or no progress, and changes nothing', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    const id = await manager.createSyncOperation({ operation_type: 'upload', total_items: 10 })
    const before = await manager.getOperation(id)
    expect(await codeOf(manager.updateSyncProgress(UNKNOWN, 1))).toBe('operation_not_found')
    expect(await codeOf(manager.updateSyncProgress('no such key', 1))).toBe('operation_not_found')
    expect(await codeOf(manager.completeSyncOperation(UNKNOWN, 'completed'))).toBe('operation_not_found')
    expect(await codeOf(manager.reportItems(UNKNOWN, [{ item_key: 'a', action: 'import', state: 'done' }]))).toBe(
      'operation_not_found',
    )
    for (const progress of [-1, 101, Number.NaN])
      expect(await codeOf(manager.updateSyncProgress(id, progress))).toBe('invalid_progress')
    expect(await codeOf(manager.updateSyncProgress(id, null, 11))).toBe('invalid_progress')
    expect(await codeOf(manager.createSyncOperation({ operation_type: 'dance' as 'upload' }))).toBe('invalid_input')
    await manager.flush()
    expect(await manager.getOperation(id)).toEqual(before)
    await manager.completeSyncOperation(id, 'completed')
    expect(await codeOf(manager.updateSyncProgress(id, 10))).toBe('illegal_transition')
    expect(await codeOf(manager.completeSyncOperation(id, 'failed'))).toBe('illegal_transition')
    expect(await codeOf(manager.cancelSyncOperation(id))).toBe('illegal_transition')
  })

  test('that ended elsewhere: the refusal is an event and rejects flush once', async () => {
    const bench = await openBench()
    const [here, there] = [bench.manager(), bench.manager()]
    const id = await here.createSyncOperation({ operation_type: 'upload', total_items: 10 })
    const ended = await there.completeSyncOperation(id, 'completed')
    await here.updateSyncProgress(id, 20)
    expect(await codeOf(here.flush())).toBe('illegal_transition')
    expect(await codeOf(here.flush())).toBe('resolved')
    expect(await here.getOperation(id)).toEqual(ended)
    const warning = (await here.listEvents(id)).items.at(-1)
    expect(warning).toMatchObject({ kind: 'warning', data: { code: 'illegal_transition' } })
    expect(await codeOf(here.updateSyncProgress(id, 30))).toBe('illegal_transition')
  })

  test('has a key of its caller as a name', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'upload', operation_key: 'sync_123' })
    expect(await codeOf(manager.createSyncOperation({ operation_type: 'upload', operation_key: 'sync_123' }))).toBe(
      'operation_key_taken',
    )
    await manager.updateSyncProgress('sync_123', 40)
    await manager.flush()
    expect(await manager.getOperation('sync_123')).toMatchObject({ id, progress: 40 })
  })

  test('is retried as a new operation, once it has ended', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'update', total_items: 3, operation_data: { a: 1 } })
    expect(await codeOf(manager.retrySyncOperation(id))).toBe('illegal_transition')
    await manager.completeSyncOperation(id, 'failed')
    expect(await manager.retrySyncOperation(id, { triggered_by: 'me' })).toMatchObject({
      retry_of: id,
      status: 'pending',
      total_items: 3,
      triggered_by: 'me',
      operation_data: { a: 1 },
    })
  })

  test('that nobody holds is cancelled at once', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'update' })
    await manager.updateSyncProgress(id, 10)
    expect(await manager.cancelSyncOperation(id)).toMatchObject({
      status: 'cancelled',
      cancel_requested_at: expect.any(String),
    })
    await manager.flush()
  })

  test('is announced by broadcast, created where it does not exist', async () => {
    const manager = (await openBench()).manager()
    const announce = (status: 'in_progress' | 'completed', progress: number) =>
      manager.broadcastSyncUpdate({
        operation_id: 'sync_123',
        operation_type: 'upload',
        status,
        progress,
        message: 'Processing files...',
        timestamp: new Date().toISOString(),
        performance_data: { speed: 3 },
      })
    await announce('in_progress', 75)
    expect(await manager.getOperation('sync_123')).toMatchObject({
      status: 'in_progress',
      progress: 75,
      message: 'Processing files...',
      performance_metrics: { speed: 3 },
    })
    await announce('completed', 100)
    await announce('completed', 100)
    expect(await codeOf(announce('in_progress', 80))).toBe('illegal_transition')
    expect(await manager.getOperation('sync_123')).toMatchObject({ status: 'completed', progress: 100 })
  })

  test('commits with the transaction of its caller, or not at all', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    const client = await bench.database.pool.connect()
    await client.query('BEGIN')
    const lost = await manager.createSyncOperation({ operation_type: 'upload' }, { transaction: client })
    await client.query('ROLLBACK')
    await client.query('BEGIN')
    const kept = await manager.createSyncOperation({ operation_type: 'upload' }, { transaction: client })
    await client.query('COMMIT')
    client.release()
    expect(await codeOf(manager.getOperation(lost))).toBe('operation_not_found')
    await manager.updateSyncProgress(kept, 5)
    await manager.flush()
    expect(await manager.getOperation(kept)).toMatchObject({ progress: 5 })
  })
})

describe('lists', () => {
  test('page through everything once, newest first', async () => {
    const manager = (await openBench()).manager()
    const ids: string[] = []
    for (let n = 0; n < 7; n += 1)
      ids.push(await manager.createSyncOperation({ operation_type: n % 2 ? 'upload' : 'delete' }))
    const seen: string[] = []
    let cursor: string | null | undefined
    do {
      const page = await manager.listOperations({ limit: 3, ...(cursor && { cursor }) })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next_cursor
    } while (cursor)
    expect(seen).toEqual(ids.toReversed())
    expect((await manager.listOperations({ operation_type: ['upload'] })).items).toHaveLength(3)
    expect(await codeOf(manager.listOperations({ cursor: 'bm9uc2Vuc2U' }))).toBe('invalid_cursor')
    expect(await codeOf(manager.listOperations({ limit: 0 }))).toBe('invalid_input')
  })
})

describe('a row that a foreign transaction holds', () => {
  test('delays only itself', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => manager.createSyncOperation({ operation_type: 'upload' })),
    )
    const [held, ...others] = ids as string[] as [string, ...string[]]
    const lock = await holdRow(bench, held)
    for (const id of ids) await manager.updateSyncProgress(id, 33)
    let flushed = false
    const flush = manager.flush().then(() => {
      flushed = true
    })
    await waitFor(
      async () =>
        (await Promise.all(others.map((id) => manager.getOperation(id)))).every(({ progress }) => progress === 33),
      { what: 'the others', timeoutMs: 1000 },
    )
    expect((await manager.getOperation(held)).progress).toBeNull()
    expect(flushed).toBe(false)
    expect(await codeOf(manager.completeSyncOperation(others[0] as string, 'completed'))).toBe('resolved')
    await lock.release()
    await flush
    expect((await manager.getOperation(held)).progress).toBe(33)
  })

  test('cannot be completed meanwhile, and loses nothing by the attempt', async () => {
    const bench = await openBench()
    const manager = bench.manager()
    const id = await manager.createSyncOperation({ operation_type: 'upload' })
    const lock = await holdRow(bench, id)
    await manager.updateSyncProgress(id, 33)
    expect(await codeOf(manager.completeSyncOperation(id, 'completed'))).toBe('database_busy')
    await lock.release()
    await manager.flush()
    expect(await manager.getOperation(id)).toMatchObject({ status: 'in_progress', progress: 33 })
  })
})

describe('items', () => {
  const item = (item_key: string, state: 'done' | 'failed' = 'done') => ({
    item_key,
    action: 'import' as const,
    state,
    bytes: 5,
  })

  test('are written in batches, the latest of each key, with names of any kind', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'full_sync' })
    const names = ['a b', 'new\nline', '😀', 'q"u\\ote', '{,}', 'NULL']
    await manager.reportItems(
      id,
      names.map((name) => item(name, 'failed')),
    )
    await manager.flush()
    await manager.reportItems(
      id,
      names.map((name) => item(name)),
    )
    await manager.flush()
    const { items } = await manager.listItems(id)
    expect(items.map(({ item_key, state, rev }) => [item_key, state, rev]).sort()).toEqual(
      names.map((name) => [name, 'done', 2]).sort(),
    )
    expect((await manager.listItems(id, { state: ['failed'] })).items).toEqual([])
  })

  test('are in the table when their operation has ended', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'full_sync' })
    await manager.updateSyncProgress(id, 10)
    await manager.reportItems(
      id,
      Array.from({ length: 2500 }, (_, n) => item(`file-${n}`)),
    )
    await manager.completeSyncOperation(id, 'completed')
    const view = await manager.hub.open(`items:${id}`)
    expect(view.rows()).toHaveLength(500)
    const page = await manager.listItems(id, { limit: 500 })
    expect(page.items).toHaveLength(500)
    expect(await codeOf(manager.reportItems(id, [item('late')]))).toBe('illegal_transition')
  })

  test('and events are seen live', async () => {
    const manager = (await openBench()).manager()
    const id = await manager.createSyncOperation({ operation_type: 'full_sync' })
    const items = await manager.hub.open(`items:${id}`)
    const events = await manager.hub.open(`events:${id}`)
    expect(events.rows()).toHaveLength(1)
    await manager.reportItems(id, [item('a')])
    await manager.addEvent(id, 'warning', 'careful', { n: 1 })
    await waitFor(() => items.rows().length === 1 && events.rows().length === 2, { what: 'item and event' })
    expect(events.rows()[1]).toMatchObject({ kind: 'warning', message: 'careful', data: { n: 1 } })
  })
})
