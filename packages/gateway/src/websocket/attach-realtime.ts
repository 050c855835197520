import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { REALTIME_PATH, SyncwatchError } from '@syncwatch/core'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { toTellable } from '../access/admission.ts'
import type { ConnectionFacts } from '../access/principal.ts'
import type { Gateway } from '../gateway.ts'
import type { Session } from '../session/session.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import { pickProtocol, ticketFromProtocols } from './ticket-protocol.ts'
import { WebSocketTransport } from './websocket-transport.ts'

export interface RealtimeOptions {
  /** The path to answer at, `/realtime` unless given. */
  path?: string
  /** The client's address, for the caps; the socket's unless given. Give one behind a proxy whose headers you trust. */
  addressOf?: (request: IncomingMessage) => string
}

/**
 * Answers WebSocket upgrades at one path of a server, and leaves those of other paths to other listeners; where there is
 * none, it refuses them. Returns the way to detach, which leaves open sessions alone.
 */
export function attachRealtime(
  server: HttpServer | HttpsServer,
  gateway: Gateway,
  { path = REALTIME_PATH, addressOf = socketAddress }: RealtimeOptions = {},
): () => void {
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: gateway.limits.maxPayloadBytes,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    // Pongs are sent by hand, or a client that pings and never reads would fill the memory.
    autoPong: false,
    handleProtocols: pickProtocol,
  })
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request) === path) return accept(webSockets, gateway, request, socket, head, addressOf(request))
    if (server.listenerCount('upgrade') > 1) return
    refuse(socket, new SyncwatchError('not_found', `WebSockets are answered at ${path}.`))
  }
  server.on('upgrade', onUpgrade)
  return () => void server.off('upgrade', onUpgrade)
}

const MAX_FRAGMENTS = 256
const MAX_BUFFERED_CHUNKS = 1024

function accept(
  webSockets: WebSocketServer,
  gateway: Gateway,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  address: string,
): void {
  try {
    gateway.checkConnection({ host: request.headers.host, origin: request.headers.origin }, address)
  } catch (error) {
    refuse(socket, toTellable(error))
    return
  }
  webSockets.handleUpgrade(request, socket, head, (webSocket) => open(gateway, webSocket, socket, request, address))
}

function refuse(socket: Duplex, error: SyncwatchError): void {
  socket.on('error', () => socket.destroy())
  refuseUpgrade(socket, error)
}

function open(
  gateway: Gateway,
  socket: WebSocket,
  connection: Duplex,
  request: IncomingMessage,
  address: string,
): void {
  const ticket = ticketFromProtocols(request.headers['sec-websocket-protocol'])
  const facts: ConnectionFacts = {
    address,
    headers: plainHeaders(request),
    transport: 'websocket',
    ...(ticket === undefined ? {} : { ticket }),
  }
  const transport = new WebSocketTransport(socket, connection, () => session.drained())
  const session: Session = gateway.openSession(transport, facts)
  socket.on('message', (data, isBinary) => session.receive(isBinary ? null : textOf(data)))
  socket.on('ping', (data) => {
    if (session.pinged()) socket.pong(data)
  })
  socket.on('pong', () => session.ponged())
  // What is wrong with a message of the wire (too large, not UTF-8) `ws` answers with the right close code itself.
  socket.on('error', (error) => {
    gateway.logger.debug({ session: session.id, reason: error.message }, 'socket failed')
    session.transportFailed()
  })
  socket.on('close', () => session.transportClosed())
}

function textOf(data: RawData): string {
  return Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as Buffer).toString()
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}

function socketAddress(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown'
}

function plainHeaders(request: IncomingMessage): ConnectionFacts['headers'] {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
