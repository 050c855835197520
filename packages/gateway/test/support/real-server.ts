import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { type DownFrame, PROTOCOL_VERSION, systemClock, systemRandom } from '@syncwatch/core'
import type { ConnectionReport } from '@syncwatch/status-manager'
import { waitFor } from '@syncwatch/testkit'
import { WebSocket } from 'ws'
import { openAccess } from '../../src/access/principal.ts'
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts'
import { sseHandler } from '../../src/sse/sse-handler.ts'
import { attachRealtime } from '../../src/websocket/attach-realtime.ts'
import { FakeHub } from './fake-hub.ts'
import { ModelDatabase } from './model-database.ts'

/** A gateway on a real HTTP server on loopback, with the machine's clock. */
export class RealServer {
  readonly database = new ModelDatabase()
  readonly hub = new FakeHub(this.database)
  readonly reports: ConnectionReport[] = []
  readonly gateway: Gateway
  readonly server: Server
  readonly #clients = new Set<WebSocket | Socket>()

  private constructor(options: Partial<GatewayOptions>) {
    this.gateway = createGateway({
      status: {
        hub: this.hub,
        reportConnection: (report) => void this.reports.push(report),
        burnNonce: async () => true,
      },
      clock: systemClock(),
      random: systemRandom(),
      tickets: null,
      authenticate: openAccess(),
      allowedOrigins: ['https://app.example.com'],
      allowedHosts: ['127.0.0.1'],
      ...options,
    })
    const events = sseHandler(this.gateway)
    this.server = createServer((request, response) => {
      const stop = new AbortController()
      response.on('close', () => stop.abort())
      const asked = new Request(`http://${request.headers.host}${request.url}`, {
        headers: headersOf(request),
        signal: stop.signal,
      })
      void events(asked).then((answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers))
        if (!answer.body) return response.end()
        return Readable.fromWeb(answer.body as never)
          .on('error', () => response.destroy())
          .pipe(response)
      })
    })
    attachRealtime(this.server, this.gateway)
    this.gateway.start()
  }

  static async start(options: Partial<GatewayOptions> = {}): Promise<RealServer> {
    const started = new RealServer(options)
    started.server.listen(0, '127.0.0.1')
    await once(started.server, 'listening')
    return started
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get sessions(): number {
    return this.gateway.statistics.sessions
  }

  /** A WebSocket client that keeps what it is sent. */
  async connect(options: { headers?: Record<string, string>; protocols?: string[] } = {}): Promise<RealClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/realtime`, options.protocols ?? [], {
      headers: options.headers ?? {},
      perMessageDeflate: true,
    })
    this.#clients.add(socket)
    const client = new RealClient(socket)
    await client.opened
    return client
  }

  /** A plain connection, for what no client library would send. */
  async raw(options: { allowHalfOpen?: boolean } = {}): Promise<Socket> {
    const socket = connect({ port: this.port, host: '127.0.0.1', ...options })
    socket.on('error', () => {})
    this.#clients.add(socket)
    await once(socket, 'connect')
    return socket
  }

  async stop(): Promise<void> {
    await this.gateway.stop()
    for (const client of this.#clients) {
      if (client instanceof WebSocket) client.terminate()
      else client.destroy()
    }
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

export class RealClient {
  readonly socket: WebSocket
  readonly frames: DownFrame[] = []
  readonly opened: Promise<void>
  readonly closed: Promise<{ code: number; reason: string }>

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => this.frames.push(JSON.parse(String(data)) as DownFrame))
    this.opened = new Promise((resolve, reject) => {
      socket.once('open', () => resolve())
      socket.once('error', reject)
      socket.once('unexpected-response', (_request, response) => reject(new RefusedError(response)))
    })
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    )
    socket.on('error', () => {})
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame))
  }

  hello(more: Record<string, unknown> = {}): void {
    this.send({ type: 'hello', protocol: PROTOCOL_VERSION, clientId: 'real', ...more })
  }

  async until(what: string, condition: (frames: DownFrame[]) => unknown): Promise<void> {
    await waitFor(() => condition(this.frames), { what, timeoutMs: 5_000, intervalMs: 2 })
  }

  async untilType(type: DownFrame['type'], count = 1): Promise<void> {
    await this.until(`${count} ${type}`, (frames) => frames.filter((frame) => frame.type === type).length >= count)
  }
}

/** The server answered the upgrade with an HTTP error. */
export class RefusedError extends Error {
  readonly response: IncomingMessage

  constructor(response: IncomingMessage) {
    super(`refused with ${response.statusCode}`)
    this.response = response
  }

  async problem(): Promise<{ status: number; code: string }> {
    const chunks: Buffer[] = []
    for await (const chunk of this.response) chunks.push(chunk as Buffer)
    return JSON.parse(Buffer.concat(chunks).toString()) as { status: number; code: string }
  }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
}
