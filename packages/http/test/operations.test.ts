import { OPERATION_FIELDS } from '@syncwatch/core'
import { expect, test } from 'vitest'
import { apiUnderTest } from './api-under-test.ts'

const upload = { operation_type: 'upload', total_items: 10, triggered_by: 'admin', source: 'manual' }

test('an operation is created with 201 and its address, and read back with the names of SQL', async () => {
  const api = await apiUnderTest()
  const created = await api.post('/operations', upload)
  expect(created.status).toBe(201)
  expect(created.headers.get('location')).toBe(`/api/v1/operations/${created.body.id}`)
  expect(Object.keys(created.body).sort()).toEqual([...OPERATION_FIELDS].sort())
  expect(created.body).toMatchObject({ ...upload, status: 'pending', processed_items: 0 })
  const read = await api.get(`/operations/${created.body.id}`)
  expect([read.status, read.body]).toEqual([200, created.body])
})

test('without more than a type it counts as asked for by the API and by who asked', async () => {
  const api = await apiUnderTest()
  const { body } = await api.post('/operations', { operation_type: 'webhook', total_items: null })
  expect(body).toMatchObject({ source: 'api', triggered_by: 'tester', total_items: null })
})

test('progress is answered after its commit, and the end is final', async () => {
  const api = await apiUnderTest()
  const { id } = (await api.post('/operations', upload)).body
  const progress = { progress: 50, processed_items: 5, failed_items: 1, message: 'Processing files...' }
  const moved = await api.post(`/operations/${id}/progress`, progress)
  expect([moved.status, moved.body]).toMatchObject([200, { ...progress, status: 'in_progress' }])
  expect((await api.get(`/operations/${id}`)).body).toEqual(moved.body)
  const ended = await api.post(`/operations/${id}/complete`, {
    status: 'completed',
    message: 'done',
    peak_concurrency: 4,
  })
  expect([ended.status, ended.body]).toMatchObject([200, { status: 'completed', progress: 100, message: 'done' }])
  expect(ended.body.performance_metrics).toMatchObject({ peak_concurrency: 4 })
  for (const [verb, body] of [
    ['progress', { progress: 60 }],
    ['complete', { status: 'failed' }],
    ['cancel', undefined],
  ] as const) {
    const refused = await api.post(`/operations/${id}/${verb}`, body)
    expect([verb, refused.status, refused.body.code]).toEqual([verb, 409, 'illegal_transition'])
  }
  expect((await api.get(`/operations/${id}`)).body).toEqual(ended.body)
})

test('cancel ends a pending operation, and retry begins a new one that names it', async () => {
  const api = await apiUnderTest()
  const { id } = (await api.post('/operations', upload)).body
  expect((await api.post(`/operations/${id}/cancel`)).body).toMatchObject({ id, status: 'cancelled' })
  const again = await api.post(`/operations/${id}/retry`)
  expect(again.status).toBe(201)
  expect(again.body).toMatchObject({ retry_of: id, status: 'pending', triggered_by: 'tester', source: 'api' })
  expect(again.headers.get('location')).toBe(`/api/v1/operations/${again.body.id}`)
})

test('the list is latest first, pages by cursor without a gap, and filters by state and type', async () => {
  const api = await apiUnderTest()
  const ids: string[] = []
  for (const operation_type of ['upload', 'delete', 'upload', 'update', 'upload']) {
    ids.unshift((await api.post('/operations', { operation_type })).body.id)
  }
  await api.post(`/operations/${ids[0]}/cancel`)
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = await api.get(`/operations?status=&type=&limit=2&cursor=${encodeURIComponent(cursor)}`)
    seen.push(...page.body.items.map((row: { id: string }) => row.id))
    cursor = page.body.next_cursor
  }
  expect(seen).toEqual(ids)
  const idsOf = async (query: string) =>
    (await api.get(`/operations?${query}`)).body.items.map((row: { id: string }) => row.id)
  expect(await idsOf('type=upload')).toEqual([ids[0], ids[2], ids[4]])
  expect(await idsOf('type=delete,update&status=pending')).toEqual([ids[1], ids[3]])
  expect(await idsOf('status=cancelled&status=failed')).toEqual([ids[0]])
})

test('the timeline and the items of an operation are listed', async () => {
  const api = await apiUnderTest()
  const { id } = (await api.post('/operations', upload)).body
  await api.status.reportItems(id, [
    { item_key: 'a.jpg', action: 'import', state: 'done', bytes: 5 },
    { item_key: 'b.jpg', action: 'import', state: 'failed', error_code: 'item_unreadable', error_message: 'no' },
    { item_key: 'c.jpg', action: 'import', state: 'done', error_code: 'item_empty', error_message: 'Empty.' },
  ])
  await api.post(`/operations/${id}/complete`, { status: 'failed', error_details: { code: 'timeout' } })
  const failed = await api.get(`/operations/${id}/items?state=failed`)
  expect(failed.body).toMatchObject({
    items: [{ item_key: 'b.jpg', error_code: 'item_unreadable' }],
    next_cursor: null,
  })
  const keys = async (query: string) =>
    (await api.get(`/operations/${id}/items?${query}`)).body.items
      .map((item: { item_key: string }) => item.item_key)
      .sort()
  expect(await keys('remarked=true')).toEqual(['b.jpg', 'c.jpg'])
  expect(await keys('state=done&remarked=true')).toEqual(['c.jpg'])
  expect(await keys('remarked=')).toEqual(['a.jpg', 'b.jpg', 'c.jpg'])
  const events = await api.get(`/operations/${id}/events`)
  expect(events.body.items.map((row: { kind: string }) => row.kind)).toContain('created')
  expect(events.body.items.map((row: { status: string }) => row.status)).toContain('failed')
})

test('an operation_key works where an id does', async () => {
  const api = await apiUnderTest()
  const { id } = (await api.post('/operations', { ...upload, operation_key: 'sync_123' })).body
  expect((await api.get('/operations/sync_123')).body.id).toBe(id)
  const taken = await api.post('/operations', { ...upload, operation_key: 'sync_123' })
  expect([taken.status, taken.body.code]).toEqual([409, 'operation_key_taken'])
})
