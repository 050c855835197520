import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestDatabase } from '@syncwatch/testkit'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  type AccessOptions,
  attachRealtime,
  createSyncStatusManager,
  getSyncStatus,
  handler,
  migrate,
  nodeHandler,
  SyncwatchError,
} from '../src/index.ts'

interface Service {
  url: string
  post(path: string, headers?: Record<string, string>, body?: string): Promise<Response>
  /** The first frame that answers a hello, or the HTTP status of a refused upgrade. */
  greet(hello: Record<string, unknown>, headers?: Record<string, string>): Promise<Record<string, unknown> | number>
}

/** What a body parser does before us: it empties the stream. */
async function parseBody(request: IncomingMessage & { body?: unknown }): Promise<void> {
  const text = Buffer.concat(await request.toArray()).toString()
  if (text !== '') request.body = JSON.parse(text)
}

/** A service of somebody else, on a database of its own. */
async function serve(access: AccessOptions, { hasBodyParser = false } = {}): Promise<Service> {
  const database = await createTestDatabase({ migrate: 'status' })
  const manager = createSyncStatusManager({ databaseUrl: database.url })
  const listener = nodeHandler(manager, access)
  const server = createServer(async (request, response) => {
    if (hasBodyParser) await parseBody(request)
    listener(request, response)
  })
  const realtime = attachRealtime(server, manager, access)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await Promise.all([realtime.stop(), listener.drain({ deadlineMs: 0 })])
    server.close()
    await manager.stop()
    await database.drop()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    post: (path, headers = {}, body = '{"operation_type":"upload"}') =>
      fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      }),
    greet: (hello, headers = {}) => greet(url, hello, headers),
  }
}

function greet(url: string, hello: Record<string, unknown>, headers: Record<string, string>) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/realtime`, { headers })
  onTestFinished(() => socket.terminate())
  return new Promise<Record<string, unknown> | number>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', protocol: 1, clientId: 'test', ...hello })))
    socket.once('message', (data) => resolve(JSON.parse(String(data))))
  })
}

const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]

/** A session of the host: a cookie for pages, a token for programs. */
const authorize: AccessOptions['authorize'] = (request) => {
  if (request.headers.get('cookie') === 'session=alice') return { name: 'alice', role: 'viewer' }
  if (request.headers.get('authorization') === 'Bearer secret') return { name: 'robot', role: 'editor' }
  throw new SyncwatchError('unauthorized', 'Sign in first.')
}

test('without options everybody here may look, nobody may change, and other names are refused', async () => {
  const service = await serve({})
  expect((await fetch(`${service.url}/api/v1/status`)).status).toBe(200)
  expect(await codeOf(await service.post('/operations'))).toEqual([403, 'forbidden'])
  expect(await service.greet({})).toMatchObject({ type: 'welcome', role: 'viewer' })
  expect(await service.greet({}, { host: 'evil.example' })).toBe(403)
  expect(await service.greet({}, { origin: 'https://evil.example' })).toBe(403)
})

test('the session of the host decides, for requests and connections alike', async () => {
  const service = await serve({ authorize })
  expect(await codeOf(await fetch(`${service.url}/api/v1/status`))).toEqual([401, 'unauthorized'])
  expect(await codeOf(await service.post('/operations', { cookie: 'session=alice' }))).toEqual([403, 'forbidden'])
  expect((await service.post('/operations', { authorization: 'Bearer secret' })).status).toBe(201)
  expect(await service.greet({})).toMatchObject({ type: 'error', code: 'unauthorized' })
  expect(await service.greet({}, { cookie: 'session=alice' })).toMatchObject({ type: 'welcome', role: 'viewer' })
  const events = (headers: Record<string, string>) => fetch(`${service.url}/realtime/events`, { headers })
  expect((await events({})).status).toBe(401)
  const stream = await events({ cookie: 'session=alice' })
  expect(stream.status).toBe(200)
  await stream.body?.cancel()
})

test('a body that a parser has read already is taken as it is', async () => {
  const service = await serve({ authorize }, { hasBodyParser: true })
  const answer = await service.post('/operations', { authorization: 'Bearer secret' }, '{"operation_type":"delete"}')
  expect(await answer.json()).toMatchObject({ operation_type: 'delete', status: 'pending' })
})

test('a ticket lets a program in once, where a secret is set', async () => {
  const service = await serve({ authorize, ticketSecret: 'a secret of at least thirty-two bytes' })
  const answer = await service.post('/realtime/ticket', { authorization: 'Bearer secret' }, '{}')
  expect(answer.status).toBe(201)
  const { ticket } = (await answer.json()) as { ticket: string }
  expect(await service.greet({ ticket })).toMatchObject({ type: 'welcome', role: 'editor' })
  expect(await service.greet({ ticket })).toMatchObject({ type: 'error', code: 'ticket_invalid' })
})

test('without a secret the ticket route says what is missing', async () => {
  const service = await serve({ authorize })
  const answer = await service.post('/realtime/ticket', { authorization: 'Bearer secret' }, '{}')
  expect(await codeOf(answer)).toEqual([500, 'configuration_invalid'])
})

test('names and origins that are listed are let in', async () => {
  const service = await serve({ allowedHosts: ['app.example.com'], allowedOrigins: ['https://other.example'] })
  expect(await service.greet({}, { host: 'app.example.com' })).toMatchObject({ type: 'welcome' })
  expect(await service.greet({}, { host: 'app.example.com', origin: 'https://other.example' })).toMatchObject({
    type: 'welcome',
  })
  expect((await fetch(`${service.url}/api/v1/status`)).status).toBe(403)
})

beforeAll(() => {
  const { DATABASE_URL } = process.env
  delete process.env.DATABASE_URL
  return () => {
    if (DATABASE_URL !== undefined) process.env.DATABASE_URL = DATABASE_URL
  }
})

test('without a database everything says so in one sentence, and making things starts nothing', async () => {
  const manager = createSyncStatusManager()
  const failures: unknown[] = []
  const handle = handler(manager, { onFailure: (error) => failures.push(error) })
  expect(failures).toEqual([])
  expect(await codeOf(await handle(new Request('http://localhost/api/v1/status')))).toEqual([500, 'internal'])
  expect(failures).toMatchObject([{ code: 'configuration_invalid' }])
  await expect(migrate()).rejects.toMatchObject({ code: 'configuration_invalid' })
  await expect(getSyncStatus()).rejects.toMatchObject({ code: 'configuration_invalid' })
  await manager.stop()
})
