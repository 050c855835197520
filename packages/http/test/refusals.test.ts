import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiUnderTest, openApi } from './api-under-test.ts'

const json = { 'content-type': 'application/json' }
const nobody = '0190a0a0-0000-7000-8000-000000000000'

describe('a refusal is problem details with a code, and changes nothing', () => {
  let opened: Awaited<ReturnType<typeof openApi>>
  beforeAll(async () => {
    opened = await openApi()
  })
  afterAll(() => opened.close())

  const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
  const cases: [string, string, string | undefined, Record<string, string>, number, string][] = [
    ['POST', '/operations', '{"operation_type":', json, 400, 'invalid_input'],
    ['POST', '/operations', '', json, 400, 'invalid_input'],
    ['POST', '/operations', '[]', json, 400, 'invalid_input'],
    ['POST', '/operations', 'null', json, 400, 'invalid_input'],
    ['POST', '/operations', '{}', json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"sing"}', json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"upload","bogus":1}', json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"upload","total_items":-1}', json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"upload","total_items":1e300}', json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"upload","total_items":1.5}', json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"upload","store_id":"x"}', json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"upload","message":"a\\u0000b"}', json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"upload","message":"\\ud800"}', json, 400, 'invalid_input'],
    ['POST', '/operations', `{"operation_type":"upload","operation_data":${deep}}`, json, 400, 'invalid_input'],
    ['POST', '/operations', '{"operation_type":"upload"}', {}, 415, 'unsupported_media_type'],
    [
      'POST',
      '/operations',
      '{"operation_type":"upload"}',
      { 'content-type': 'text/plain' },
      415,
      'unsupported_media_type',
    ],
    [
      'POST',
      '/operations',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    ['POST', '/operations', `{"message":"${'x'.repeat(1_100_000)}"}`, json, 413, 'payload_too_large'],
    ['GET', `/operations/${nobody}`, undefined, {}, 404, 'operation_not_found'],
    ['GET', '/operations/nonsense', undefined, {}, 404, 'operation_not_found'],
    ['GET', `/operations/${nobody}/items`, undefined, {}, 404, 'operation_not_found'],
    ['GET', `/operations/${nobody}/events`, undefined, {}, 404, 'operation_not_found'],
    ['POST', `/operations/${nobody}/progress`, '{"progress":1}', json, 404, 'operation_not_found'],
    ['POST', `/operations/${nobody}/complete`, '{"status":"completed"}', json, 404, 'operation_not_found'],
    ['POST', `/operations/${nobody}/cancel`, undefined, {}, 404, 'operation_not_found'],
    ['POST', `/operations/${nobody}/retry`, undefined, {}, 404, 'operation_not_found'],
    ['GET', '/operations?status=sleeping', undefined, {}, 400, 'invalid_input'],
    ['GET', '/operations?limit=0', undefined, {}, 400, 'invalid_input'],
    ['GET', '/operations?limit=1000000', undefined, {}, 400, 'invalid_input'],
    ['GET', '/operations?limit=ten', undefined, {}, 400, 'invalid_input'],
    ['GET', '/operations?cursor=nonsense', undefined, {}, 400, 'invalid_cursor'],
    ['GET', '/operations?stauts=failed', undefined, {}, 400, 'invalid_input'],
    ['DELETE', '/operations', undefined, {}, 405, 'method_not_allowed'],
    ['GET', '/nothing', undefined, {}, 404, 'not_found'],
    ['POST', '/realtime/ticket', undefined, {}, 404, 'not_found'],
    [
      'POST',
      '/operations',
      '{"operation_type":"upload"}',
      { ...json, origin: 'https://evil.example' },
      403,
      'forbidden_origin',
    ],
    ['POST', '/operations', '{"operation_type":"upload"}', { ...json, origin: 'null' }, 403, 'forbidden_origin'],
  ]
  test.each(cases)('%s %s %.40s', async (method, path, body, headers, status, code) => {
    const { api } = opened
    const answer = await api.send(method, `/api/v1${path}`, body, headers)
    expect(answer.body).toMatchObject({ status, code, type: `urn:syncwatch:error:${code}` })
    expect(answer.body.detail).toMatch(/^\S.*\.$/s)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect((await api.get('/operations')).body.items).toEqual([])
  })
})

test.each([
  { progress: -1 },
  { progress: 100.5 },
  { progress: 'half' },
  { processed_items: -3 },
  { processed_items: 1e21 },
  { failed_items: 0.5 },
])('progress %j is out of range', async (patch) => {
  const api = await apiUnderTest()
  const { id, rev } = (await api.post('/operations', { operation_type: 'upload', total_items: 10 })).body
  const answer = await api.post(`/operations/${id}/progress`, patch)
  expect([answer.status, answer.body.code]).toEqual([400, 'invalid_progress'])
  expect((await api.get(`/operations/${id}`)).body).toMatchObject({ rev, status: 'pending' })
})

test('a method that does not exist here is told those that do', async () => {
  const api = await apiUnderTest()
  const answer = await api.send('PUT', '/api/v1/snapshots', '{}', json)
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST'])
})

test('a body without an end is cut off at the limit, whatever length it states', async () => {
  const api = await apiUnderTest({ maxBodyBytes: 1000 })
  const small = await api.send('POST', '/api/v1/operations', JSON.stringify({ operation_type: 'upload' }), json)
  expect(small.status).toBe(201)
  const large = await api.send('POST', '/api/v1/operations', ' '.repeat(1001), { ...json, 'content-length': '5' })
  expect([large.status, large.body.code]).toEqual([413, 'payload_too_large'])
})

test.each([
  ['viewer', 'GET', '/operations', 200],
  ['viewer', 'POST', '/operations', 403],
  ['viewer', 'GET', '/connections', 403],
  ['editor', 'POST', '/operations', 201],
  ['editor', 'GET', '/connections', 403],
  ['admin', 'GET', '/connections', 200],
] as const)('a %s asking %s %s gets %i', async (role, method, path, status) => {
  const api = await apiUnderTest({ role })
  const answer =
    method === 'GET' ? await api.get(path) : await api.post(path, { operation_type: 'upload', source: 'api' })
  expect(answer.status).toBe(status)
})

test('without an authorizer everybody may read and nobody may change', async () => {
  const api = await apiUnderTest({ authorize: undefined as never })
  expect((await api.get('/operations')).status).toBe(200)
  expect((await api.post('/operations', { operation_type: 'upload' })).body.code).toBe('forbidden')
})

test('an unknown failure says nothing of its inside, and the host is told', async () => {
  const told: unknown[] = []
  const api = await apiUnderTest({
    listStores: () => Promise.reject(new Error('secret detail')),
    onFailure: (error) => told.push(error),
  })
  const answer = await api.get('/status')
  expect([answer.status, answer.body.code]).toEqual([500, 'internal'])
  expect(JSON.stringify(answer.body)).not.toContain('secret')
  expect(String(told[0])).toContain('secret detail')
})
