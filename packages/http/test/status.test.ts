import { expect, test, vi } from 'vitest'
import { apiUnderTest } from './api-under-test.ts'

test('the status has everything at once, with the stores of the host', async () => {
  const store = { name: 'Photos' }
  const api = await apiUnderTest({ listStores: async () => [store as never] })
  const { id } = (await api.post('/operations', { operation_type: 'upload' })).body
  const { status, body } = await api.get('/status')
  expect(status).toBe(200)
  expect(Object.keys(body)).toEqual(['health', 'metrics', 'active_operations', 'connections', 'stores', 'last_update'])
  expect(body).toMatchObject({ active_operations: [{ id }], stores: [store], connections: { total: 0 } })
  expect(Date.parse(body.last_update)).toBeGreaterThan(0)
})

test('hundreds who ask for the status at a time cost two readings, and each has what was there when it asked', async () => {
  let readings = 0
  const api = await apiUnderTest({
    listStores: async () => {
      readings += 1
      return []
    },
  })
  const statements = vi.spyOn(api.pool, 'query')
  await api.get('/status')
  const ofOne = statements.mock.calls.length
  const first = api.get('/status')
  await vi.waitFor(() => expect(statements.mock.calls.length).toBeGreaterThan(ofOne))
  const { id } = (await api.post('/operations', { operation_type: 'upload' })).body
  const before = { statements: statements.mock.calls.length, readings }
  const answers = await Promise.all(Array.from({ length: 300 }, () => api.get('/status')))
  expect(answers.every(({ body }) => body.active_operations[0]?.id === id)).toBe(true)
  expect(statements.mock.calls.length - before.statements).toBeLessThanOrEqual(2 * ofOne)
  expect(readings - before.readings).toBeLessThanOrEqual(2)
  expect((await first).status).toBe(200)
})

test('a reason of the health is accepted by name, and one that is none is refused', async () => {
  const api = await apiUnderTest()
  const until = new Date(Date.now() + 60_000).toISOString()
  for (let run = 0; run < 10; run += 1) {
    const { id } = (await api.post('/operations', { operation_type: 'upload' })).body
    await api.post(`/operations/${id}/complete`, { status: 'failed' })
  }
  const { status, body } = await api.post('/health/acknowledgements', { code: 'error_rate', note: 'a drill', until })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    status: 'warning',
    reasons: [{ code: 'error_rate', acknowledged: { note: 'a drill' } }],
  })
  const back = await api.send('DELETE', '/api/v1/health/acknowledgements/error_rate', undefined)
  expect([back.status, back.body.status]).toEqual([200, 'critical'])
  expect(back.body.reasons[0]).not.toHaveProperty('acknowledged')
  const nothing = await api.send('DELETE', '/api/v1/health/acknowledgements/nonsense', undefined)
  expect([nothing.status, nothing.body.code]).toEqual([400, 'invalid_input'])
  const none = await api.post('/health/acknowledgements', { code: 'backlog', note: 'no', until })
  expect([none.status, none.body.code]).toEqual([404, 'not_found'])
  const wrong = await api.post('/health/acknowledgements', { code: 'nonsense', note: 'no', until })
  expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid_input'])
})

test('the health says why it is what it is', async () => {
  const api = await apiUnderTest()
  const { status, body } = await api.get('/health')
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: 'system', status: 'healthy', reasons: [{ code: 'few_operations' }] })
})

test('a snapshot is recorded by hand, and listed with its type', async () => {
  const api = await apiUnderTest()
  const made = await api.post('/snapshots')
  expect([made.status, made.body.snapshot_type]).toEqual([201, 'manual'])
  expect((await api.post('/snapshots', { type: 'daily' })).body.snapshot_type).toBe('daily')
  expect((await api.post('/snapshots', { type: 'yearly' })).body.code).toBe('invalid_input')
  const manual = await api.get('/snapshots?type=manual')
  expect(manual.body).toMatchObject({ items: [{ id: made.body.id }], next_cursor: null })
  const first = (await api.get('/snapshots?limit=1')).body
  const second = (await api.get(`/snapshots?limit=1&cursor=${encodeURIComponent(first.next_cursor)}`)).body
  expect([first, second].map((page) => page.items[0].snapshot_type)).toEqual(['daily', 'manual'])
})

test('connections are listed for administrators', async () => {
  const api = await apiUnderTest()
  expect((await api.get('/connections')).body).toEqual({ items: [], next_cursor: null })
})

test('a ticket is made for who asks, viewers included', async () => {
  const api = await apiUnderTest({
    role: 'viewer',
    issueTicket: ({ name, role }) => ({ ticket: `${name}/${role}`, expires_at: '2026-01-01T00:00:00.000Z' }),
  })
  const { status, body, headers } = await api.post('/realtime/ticket')
  expect([status, body.ticket, headers.get('cache-control')]).toEqual([201, 'tester/viewer', 'no-store'])
})
