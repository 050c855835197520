import { expect, test } from 'vitest'
import { apiUnderTest } from './api-under-test.ts'

test('a body that the host reads as it comes is not read before its route, and is checked for nothing', async () => {
  const seen: string[] = []
  const api = await apiUnderTest({
    isRawBody: (request) => new URL(request.url).pathname.endsWith('/bytes'),
    maxBodyBytes: 10,
    extend: (app) => {
      app.post('/bytes', async (c) => {
        seen.push(await c.req.raw.text())
        return c.json({ ok: true }, 201)
      })
      app.post('/other', (c) => c.json({ ok: true }, 201))
    },
  })
  const bytes = 'more than ten bytes, and no JSON'
  const answer = await api.send('POST', '/api/v1/bytes', bytes, { 'content-type': 'image/png' })
  expect([answer.status, seen]).toEqual([201, [bytes]])
  const other = await api.send('POST', '/api/v1/other', bytes, { 'content-type': 'application/json' })
  expect([other.status, other.body.code]).toEqual([413, 'payload_too_large'])
})

test('an Idempotency-Key belongs to the whole address, with its query', async () => {
  const api = await apiUnderTest({
    isRawBody: () => true,
    extend: (app) => app.post('/bytes', (c) => c.json({ key: c.req.query('key') }, 201)),
  })
  const headers = { 'idempotency-key': 'k' }
  expect((await api.send('POST', '/api/v1/bytes?key=a', 'x', headers)).body).toEqual({ key: 'a' })
  const again = await api.send('POST', '/api/v1/bytes?key=a', 'x', headers)
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
  expect((await api.send('POST', '/api/v1/bytes?key=b', 'x', headers)).body.code).toBe('idempotency_conflict')
})
