import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitFor } from '@syncwatch/testkit'
import { afterEach, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { createSyncClient } from '../src/client/create-sync-client.ts'
import { operation, snapshot } from './support/rows.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

const PAGE = '<!doctype html><title>Guest network</title><p>Accept the terms.'
type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** What networks in hotels and companies answer in the place of the server that was asked for. */
const portals: [string, Answer][] = [
  ['a page with status 200', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)],
  ['a page with status 403', (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end(PAGE)],
  ['a page with status 511', (_, response) => response.writeHead(511, { 'content-type': 'text/html' }).end(PAGE)],
  [
    'a redirect to its page',
    (request, response) =>
      request.url === '/login'
        ? response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE)
        : response.writeHead(302, { location: '/login' }).end(),
  ],
]

/** A server behind a portal, until somebody has accepted its terms. */
async function behind(portal: Answer) {
  let isOpen = false
  const host = createServer((request, response) => {
    if (!isOpen) portal(request, response)
    else if (request.url === '/api/v1/realtime/ticket')
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ticket":"t"}')
    else response.writeHead(404).end()
  })
  const sockets = new WebSocketServer({ noServer: true })
  host.on('upgrade', (request, socket, head) => {
    if (isOpen) sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws))
    else socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${PAGE.length}\r\n\r\n${PAGE}`)
  })
  sockets.on('connection', (ws) =>
    ws.on('message', (data) => {
      if (JSON.parse(String(data)).type !== 'hello') return
      const session = { sessionId: 's', epoch: 'e', serverTime: new Date().toISOString(), role: 'viewer' }
      ws.send(JSON.stringify({ type: 'welcome', protocol: 1, resumed: false, ...session }))
      ws.send(JSON.stringify(snapshot([operation('a')])))
      ws.send(JSON.stringify({ type: 'ready' }))
    }),
  )
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  stops.push(() => {
    for (const ws of sockets.clients) ws.terminate()
    host.closeAllConnections()
    return new Promise<void>((resolve) => host.close(() => resolve()))
  })
  const open = () => {
    isOpen = true
  }
  return { url: `http://127.0.0.1:${(host.address() as AddressInfo).port}`, open }
}

it.each(
  portals.flatMap(([name, portal]) => [
    { name, portal, with: 'a token', token: 'secret' },
    { name, portal, with: 'no credentials', token: undefined },
  ]),
)(
  'CL-13 $name with $with is no end and no data: the client goes on trying, and is there once the way is free',
  async ({ portal, token }) => {
    const { url, open } = await behind(portal)
    const client = createSyncClient({ url, ...(token && { token }) })
    stops.push(() => client.stop())
    client.start()
    // Three and more, so that both transports and the status over HTTP had their turn.
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await waitFor(() => client.getState().connection.reconnectAttempts >= attempt, { what: `failure ${attempt}` })
      const { connection, isLoaded } = client.getState()
      expect([connection.status, connection.error?.code, isLoaded]).toEqual([
        'reconnecting',
        'server_unreachable',
        false,
      ])
      if (attempt < 4) client.retryNow()
    }
    open()
    client.retryNow()
    await waitFor(
      () => {
        if (client.getState().connection.status === 'connected') return true
        client.retryNow()
        return false
      },
      { what: 'the connection', intervalMs: 200, timeoutMs: 10_000 },
    )
    await waitFor(() => client.getState().isLoaded, { what: 'the snapshot' })
    expect(client.getState().openIds).toEqual(['a'])
  },
)
