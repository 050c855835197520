import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { type Clock, systemClock } from '@syncwatch/core'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import { onTestFinished } from 'vitest'
import {
  AddressPolicy,
  HttpSender,
  WebhookDeliveries,
  type WebhookDelivery,
  WebhookDispatcher,
  type WebhookDispatcherOptions,
  WebhookEndpoints,
} from '../src/index.ts'

/** Where the receivers of tests are, which nothing would be sent to otherwise. */
export const LOOPBACK = ['127.0.0.0/8', '::1']

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  readonly url: string
  readonly port: number
  readonly received: Received[]
}

/** A real HTTP server that keeps what it gets, and answers as it is told (204 unless told). */
export async function receiver(
  answer: (response: ServerResponse, request: Received) => void = (response) => response.writeHead(204).end(),
  host = '127.0.0.1',
): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers, body: Buffer.concat(chunks).toString() }
    received.push(one)
    answer(response, one)
  })
  const port = await listen(server, host)
  onTestFinished(async () => {
    server.closeAllConnections()
    await closed(server)
  })
  return { url: `http://${host}:${port}/hook`, port, received }
}

/** A server that speaks no HTTP of its own accord. */
export async function rawServer(talk: (socket: Socket) => void): Promise<{ url: string; connections: () => number }> {
  const sockets: Socket[] = []
  const server = createSocketServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', () => {})
    talk(socket)
  })
  const port = await listen(server, '127.0.0.1')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await closed(server)
  })
  return { url: `http://127.0.0.1:${port}/`, connections: () => sockets.length }
}

async function listen(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()))

export interface Bench {
  readonly database: TestDatabase
  readonly endpoints: WebhookEndpoints
  readonly deliveries: WebhookDeliveries
  readonly status: SyncStatusManager
  /** Another node; it has to be started. */
  dispatcher(options?: Partial<WebhookDispatcherOptions>): WebhookDispatcher
  all(): Promise<WebhookDelivery[]>
  /** Messages without their envelope's time, the oldest first. */
  messages(): Promise<{ type: string; data: Record<string, unknown> }[]>
}

/** A database with the outbox, and nodes on it that may send to this machine. */
export async function openBench(clock: Clock = systemClock()): Promise<Bench> {
  const database = await createTestDatabase({ migrate: 'all' })
  onTestFinished(() => database.drop())
  const { pool, url: databaseUrl } = database
  const endpoints = new WebhookEndpoints({ pool, clock, checkAddress: async () => {} })
  const deliveries = new WebhookDeliveries({ pool, clock, onDue: () => {} })
  const status = createSyncStatusManager({ databaseUrl, timing: { healthMs: 1 } })
  onTestFinished(() => status.stop())
  const all = async () => (await deliveries.list({ limit: 500 })).items
  return {
    database,
    endpoints,
    deliveries,
    status,
    dispatcher(options = {}) {
      const sender = new HttpSender({ policy: new AddressPolicy(LOOPBACK), clock })
      const made = new WebhookDispatcher({ pool, clock, sender, pollMs: 20, ...options })
      onTestFinished(() => made.stop(0))
      return made
    },
    all,
    messages: async () => (await all()).reverse().map(({ payload }) => withoutTime(JSON.parse(payload))),
  }
}

function withoutTime({ type, data }: { type: string; data: Record<string, unknown> }) {
  return { type, data }
}

/** An operation that ends: one message for who wants to hear of it. */
export async function endOperation(bench: Bench, status: 'completed' | 'failed' = 'completed'): Promise<string> {
  const id = await bench.status.createSyncOperation({ operation_type: 'upload', total_items: 2 })
  await bench.status.completeSyncOperation(id, status, { code: 'disk_full', message: 'The disk is full.' })
  return id
}
