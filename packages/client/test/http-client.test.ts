import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { isClientError } from '../src/http/client-error.ts'
import { createHttpClient } from '../src/http/http-client.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface Seen {
  line: string
  headers: IncomingMessage['headers']
  body: string
}

async function server(status: number, body: string, headers: Record<string, string> = {}) {
  const seen: Seen[] = []
  const host = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: text })
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  stops.push(() => new Promise((resolve) => host.close(() => resolve())))
  return { seen, url: `http://127.0.0.1:${(host.address() as AddressInfo).port}` }
}

it('CL-70 each call goes to its route', async () => {
  const { seen, url } = await server(200, '{}')
  const http = createHttpClient({ baseUrl: `${url}/`, token: 'secret' })
  await http.status()
  await http.health()
  await http.acknowledgeHealth({ code: 'error_rate', note: 'known', until: '2030-01-01T00:00:00Z' })
  await http.withdrawAcknowledgement('error_rate')
  await http.realtimeTicket()
  await http.operations.list({ status: ['pending', 'in_progress'], type: ['upload'], limit: 5, cursor: 'a b' })
  await http.operations.get('sync/1')
  await http.operations.create({ operation_type: 'upload', total_items: 10 }, { idempotencyKey: 'k1' })
  await http.operations.progress('1', { progress: 50 })
  await http.operations.complete('1', { status: 'completed' })
  await http.operations.cancel('1')
  await http.operations.retry('1')
  await http.operations.items('1', { state: ['failed'] })
  await http.operations.events('1')
  await http.snapshots.list({ type: 'hourly' })
  await http.snapshots.create('manual')
  await http.connections.list()
  await http.stores.list()
  await http.stores.get('s')
  await http.stores.sync('s')
  await http.assets.list({ limit: 2 })
  await http.assets.get('a')
  await http.assets.replicas('a')
  expect(seen.map((request) => request.line.replace('/api/v1', ''))).toEqual([
    'GET /status',
    'GET /health',
    'POST /health/acknowledgements',
    'DELETE /health/acknowledgements/error_rate',
    'POST /realtime/ticket',
    'GET /operations?status=pending%2Cin_progress&type=upload&limit=5&cursor=a%20b',
    'GET /operations/sync%2F1',
    'POST /operations',
    'POST /operations/1/progress',
    'POST /operations/1/complete',
    'POST /operations/1/cancel',
    'POST /operations/1/retry',
    'GET /operations/1/items?state=failed',
    'GET /operations/1/events',
    'GET /snapshots?type=hourly',
    'POST /snapshots',
    'GET /connections',
    'GET /stores',
    'GET /stores/s',
    'POST /stores/s/sync',
    'GET /assets?limit=2',
    'GET /assets/a',
    'GET /assets/a/replicas',
  ])
  expect(seen.every((request) => request.headers.authorization === 'Bearer secret')).toBe(true)
  expect(seen[7]).toMatchObject({
    headers: { 'idempotency-key': 'k1', 'content-type': 'application/json' },
    body: '{"operation_type":"upload","total_items":10}',
  })
  expect(http.assets.thumbnailUrl('a/b')).toBe(`${url}/api/v1/assets/a%2Fb/thumbnail`)
})

it('CL-71 a problem document becomes an error with its code', async () => {
  const problem = JSON.stringify({ code: 'illegal_transition', detail: 'It has ended.', status: 409 })
  const { url } = await server(409, problem, { 'content-type': 'application/problem+json', 'retry-after': '2' })
  const error = await createHttpClient({ baseUrl: url })
    .operations.cancel('1')
    .catch((caught: unknown) => caught)
  expect(isClientError(error, 'illegal_transition')).toBe(true)
  expect(error).toMatchObject({
    message: 'It has ended.',
    retryable: false,
    details: { status: 409, retryAfterMs: 2000 },
  })
})

it.each([
  [502, '<html>', 'server_unreachable'],
  [401, '', 'unauthorized'],
  [418, '{"code":"of_tomorrow","detail":"new"}', 'of_tomorrow'],
  [200, '<html>', 'internal'],
])('CL-72 an answer %i %s that is none of ours is an error all the same', async (status, body, code) => {
  const { url } = await server(status, body)
  await expect(createHttpClient({ baseUrl: url }).status()).rejects.toMatchObject({ code })
})

it('CL-73 no answer is server_unreachable, and an abort is the abort', async () => {
  await expect(createHttpClient({ baseUrl: 'http://127.0.0.1:1' }).status()).rejects.toMatchObject({
    code: 'server_unreachable',
    retryable: true,
  })
  const { url } = await server(200, '{}')
  const abort = AbortSignal.abort(new Error('changed my mind'))
  await expect(createHttpClient({ baseUrl: url }).status({ signal: abort })).rejects.toThrow('changed my mind')
})
