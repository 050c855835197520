import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitFor } from '@syncwatch/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import type { SyncClientOptions } from '../src/client/client-options.ts'
import { createSyncClient } from '../src/client/create-sync-client.ts'
import { selectVerdict } from '../src/words/select-verdict.ts'
import { operation, progressDelta, snapshot } from './support/rows.ts'

const welcome = {
  type: 'welcome',
  protocol: 1,
  sessionId: 's',
  epoch: 'e',
  serverTime: new Date().toISOString(),
  role: 'viewer',
  resumed: false,
}
const stops: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A tiny server: WebSockets only where asked for, and one handler for the rest. */
async function server(options: { sockets?: boolean; handler?: Handler; port?: number } = {}) {
  const host = createServer(options.handler ?? ((_, response) => response.writeHead(404).end()))
  const up: { type: string; [key: string]: unknown }[] = []
  const sockets = new WebSocketServer({ noServer: true })
  if (options.sockets) {
    host.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws)),
    )
  }
  sockets.on('connection', (ws) => {
    ws.on('message', (data) => {
      const frame = JSON.parse(String(data))
      up.push(frame)
      if (frame.type === 'hello')
        for (const answer of [welcome, snapshot([operation('a')]), { type: 'ready' }]) ws.send(JSON.stringify(answer))
      if (frame.type === 'ping')
        ws.send(JSON.stringify({ type: 'pong', t: frame.t, serverTime: new Date().toISOString() }))
    })
  })
  await new Promise<void>((resolve) => host.listen(options.port ?? 0, '127.0.0.1', resolve))
  const kill = async () => {
    for (const ws of sockets.clients) ws.terminate()
    host.closeAllConnections()
    await new Promise<void>((resolve) => host.close(() => resolve()))
  }
  stops.push(kill)
  const { port } = host.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, up, sockets, kill }
}

function started(options: SyncClientOptions) {
  const client = createSyncClient(options)
  stops.push(() => client.stop())
  client.start()
  return client
}

const isConnected = (client: ReturnType<typeof started>) => () => client.getState().connection.status === 'connected'

describe('WebSocket', () => {
  it('CL-80 gets the snapshot, follows deltas, measures latency', async () => {
    const { url, up, sockets } = await server({ sockets: true })
    const client = started({ url, clientId: 'c1' })
    await waitFor(() => client.getState().isLoaded, { what: 'the snapshot' })
    expect(up[0]).toMatchObject({ type: 'hello', protocol: 1, clientId: 'c1' })
    for (const ws of sockets.clients) ws.send(JSON.stringify(progressDelta([operation('a', { rev: 2, progress: 55 })])))
    await waitFor(() => client.getState().operations.a?.progress === 55, { what: 'the delta' })
    await waitFor(() => client.getState().connection.lastPing !== '', { what: 'the pong' })
    expect(selectVerdict(client.getState(), Date.now()).kind).toBe('running')
  })

  it('CL-81 outlives a server that is killed and comes back on its port', async () => {
    const first = await server({ sockets: true })
    const client = started({ url: first.url, topics: ['operations'] })
    await waitFor(isConnected(client), { what: 'the first session' })
    await first.kill()
    await waitFor(() => client.getState().connection.reconnectAttempts >= 1, { what: 'the loss' })
    expect(client.getState().connection.status).toBe('reconnecting')
    expect(client.getState().openIds, 'what was seen stays').toEqual(['a'])
    const second = await server({ sockets: true, port: first.port })
    await waitFor(isConnected(client), { what: 'the second session', timeoutMs: 15_000 })
    expect(second.up[0]).toMatchObject({ type: 'hello', resume: { epoch: 'e', cursor: '100' } })
  })
})

describe('SSE', () => {
  const stream: Handler = (request, response) => {
    if (!request.url?.startsWith('/realtime/events')) return void response.writeHead(200).end('ok')
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    response.write(': hello\n\n')
    // Cut in the middle of a character and of a line, as networks do.
    const bytes = Buffer.from(
      [welcome, snapshot([operation('a', { message: 'größer 🎞' })]), { type: 'ready' }]
        .map((frame) => `data: ${JSON.stringify(frame)}\n\n`)
        .join(''),
    )
    const cut = bytes.indexOf(Buffer.from('🎞')) + 2
    response.write(bytes.subarray(0, cut))
    response.write(bytes.subarray(cut))
  }

  it('CL-82 carries the same frames, with the hello in the query and latency by HTTP', async () => {
    const seen: string[] = []
    const { url } = await server({
      handler: (request, response) => {
        seen.push(request.url ?? '')
        stream(request, response)
      },
    })
    const client = started({ url, clientId: 'c 1', WebSocket: null, getTicket: () => 'the.ticket' })
    await waitFor(() => client.getState().isLoaded, { what: 'the snapshot' })
    expect(client.getState().operations.a?.message).toBe('größer 🎞')
    const { quietMs, ...query } = Object.fromEntries(new URL(seen[0] ?? '', url).searchParams)
    expect(Number(quietMs)).toBeGreaterThanOrEqual(0)
    expect(query).toEqual({
      protocol: '1',
      clientId: 'c 1',
      topics: 'operations,health,stores',
      ticket: 'the.ticket',
      reconnectAttempts: '0',
    })
    await waitFor(() => client.getState().connection.lastPing !== '', { what: 'the measured round trip' })
  })

  it('CL-83 is what is left where WebSockets are not let through', async () => {
    const { url } = await server({ handler: stream })
    const client = started({ url })
    await waitFor(isConnected(client), { what: 'the stream', timeoutMs: 15_000 })
    expect(client.getState().openIds).toEqual(['a'])
  })

  it('CL-84 a refusal ends as its problem says', async () => {
    const { url } = await server({
      handler: (_, response) =>
        response
          .writeHead(400, { 'content-type': 'application/problem+json' })
          .end('{"code":"protocol_unsupported","detail":"Reload."}'),
    })
    const client = started({ url, WebSocket: null })
    await waitFor(() => client.getState().connection.error !== null, { what: 'the refusal' })
    expect(client.getState().connection).toMatchObject({
      status: 'error',
      error: { code: 'protocol_unsupported', message: 'Reload.' },
    })
  })

  it('CL-85 a page that is no event stream is not taken for one', async () => {
    const { url } = await server({
      handler: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    })
    const client = started({ url, WebSocket: null })
    await waitFor(() => client.getState().connection.reconnectAttempts > 0, { what: 'the failure' })
    expect(client.getState().connection.error?.message).toContain('web page')
  })
})

it('CL-86 without an address, and without a page to take it from, says what is missing', async () => {
  const client = started({})
  await waitFor(() => client.getState().connection.error !== null, { what: 'the error' })
  expect(client.getState().connection).toMatchObject({ status: 'error', error: { code: 'configuration_invalid' } })
})
