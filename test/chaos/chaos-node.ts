// One node: the status system, its API and the gateway in a process of their own, with a clock that can be told to jump. It
// begins when it is told to, so that it can wait with everything loaded for another one to be killed.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { REALTIME_EVENTS_PATH, SyncwatchError, systemRandom } from '@syncwatch/core'
import { attachRealtime, createGateway, createTickets, type Gateway, sseHandler } from '@syncwatch/gateway'
import { createStatusApi, postgresIdempotency } from '@syncwatch/http'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { HastyClock } from '@syncwatch/testkit/hasty-clock'
import {
  HELLO_MS,
  LEASE_MS,
  type NodeReport,
  type NodeRequest,
  SLOW_MS,
  TICKET_SECRET,
  TOKEN,
} from './node-protocol.ts'
import { Workers } from './workers.ts'

const clock = new HastyClock()
const sockets = new Set<Socket>()
let node: { manager: SyncStatusManager; gateway: Gateway; server: Server; workers: Workers } | null = null

process.on('message', (message: NodeRequest & { number: number }) => {
  const { number } = message
  answer(message).then(
    (value) => process.send?.({ number, value }),
    (error: unknown) => process.send?.({ number, error: String((error as Error).stack ?? error) }),
  )
})
process.on('disconnect', () => process.exit())
process.send?.({ number: 0 })

async function answer(request: NodeRequest): Promise<unknown> {
  switch (request.ask) {
    case 'begin':
      return await begin(request.databaseUrl, request.port)
    case 'work':
      return await node?.workers.run(request.seed, request.operations)
    case 'clock':
      return clock.jump(request.jumpMs)
    case 'report':
      return report()
    case 'waiting':
      return [...sockets].reduce((most, { writableLength }) => Math.max(most, writableLength), 0)
    case 'stop':
      return await stop()
  }
}

async function begin(databaseUrl: string, port: number): Promise<void> {
  const timing = { leaseMs: LEASE_MS, heartbeatMs: 200, recoveryMs: 200, watchClaimsMs: 100, connectionsMs: 50 }
  const manager = createSyncStatusManager({ databaseUrl, clock, timing })
  const workers = new Workers(manager)
  await manager.start()
  const tickets = createTickets({ secrets: [TICKET_SECRET], clock })
  const gateway = createGateway({
    status: manager,
    clock,
    random: systemRandom(),
    tickets,
    authenticate: null,
    allowedOrigins: [],
    allowedHosts: ['127.0.0.1'],
    limits: { pingMinMs: 1_200, pingMaxMs: 1_600, helloMs: HELLO_MS, closeMs: 200, slowConsumerMs: SLOW_MS },
  })
  const api = createStatusApi({
    status: manager,
    clock,
    idempotency: postgresIdempotency(manager.storage),
    authorize: (request) => {
      if (request.headers.get('authorization') === `Bearer ${TOKEN}`) return { name: 'viewer', role: 'viewer' }
      throw new SyncwatchError('unauthorized', 'Show the token.')
    },
    issueTicket: ({ name, role }) => {
      const { ticket, expiresAt } = tickets.issue({ name, role })
      return { ticket, expires_at: expiresAt }
    },
  })
  const events = sseHandler(gateway)
  const server = createServer({ connectionsCheckingInterval: 200 }, (request, response) => {
    const isStream = request.url?.startsWith(REALTIME_EVENTS_PATH)
    void respond(request, response, isStream ? events : async (asked) => await api.fetch(asked))
  })
  // What is asked of a host in gateway/SPEC.md, C5: its server bounds what comes before an upgrade.
  server.headersTimeout = HELLO_MS
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  attachRealtime(server, gateway)
  gateway.start()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  node = { manager, gateway, server, workers }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  const ended = new AbortController()
  response.on('close', () => ended.abort())
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)])
  const { method = 'GET', url } = request
  const asked = new Request(`http://${request.headers.host}${url}`, { method, headers, signal: ended.signal })
  const { status, headers: told, body } = await handle(asked)
  response.writeHead(status, Object.fromEntries(told))
  if (!body) return void response.end()
  // Who is gone cancels what was read for him.
  await pipeline(Readable.fromWeb(body as never), response).catch(() => {})
}

function report(): NodeReport {
  globalThis.gc?.()
  const { sessions = 0, channels = 0 } = node?.gateway.statistics ?? {}
  const { heapUsed, rss } = process.memoryUsage()
  const watchers = node?.manager.hub.watchers ?? 0
  return { sessions, channels, watchers, heapUsed, rss, refusals: node?.workers.refusals ?? {} }
}

/** As a server of ours stops: it sends everybody away, then closes, and writes what it accepted. */
async function stop(): Promise<void> {
  if (!node) return
  const { manager, gateway, server } = node
  const closed = new Promise((resolve) => server.close(resolve))
  await gateway.drain({ deadlineMs: 500 })
  server.closeAllConnections()
  await closed
  await manager.stop()
}
