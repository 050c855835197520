import type { Clock, Principal, Random } from '@syncwatch/core'
import {
  attachRealtime,
  createGateway,
  createTickets,
  type Gateway,
  openAccess,
  sseHandler,
  type Tickets,
} from '@syncwatch/gateway'
import type { RealtimeTicket } from '@syncwatch/http'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { HttpListener } from './http-listener.ts'

export interface Realtime {
  readonly gateway: Gateway
  readonly events: (request: Request) => Promise<Response>
  issueTicket(principal: Principal): RealtimeTicket
}

export interface RealtimeParts {
  readonly config: Config
  readonly status: SyncStatus
  readonly listener: HttpListener
  readonly allowedHosts: readonly string[]
  readonly secret: Uint8Array
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** The live connections of this node: WebSocket at `/realtime`, events at `/realtime/events`. */
export function startRealtime({
  config,
  status,
  listener,
  allowedHosts,
  secret,
  clock,
  random,
  log,
}: RealtimeParts): Realtime {
  const tickets = createTickets({ secrets: [secret], clock })
  const isOpen = config.token === null
  const gateway = createGateway({
    status,
    clock,
    random,
    tickets: isOpen ? null : tickets,
    authenticate: isOpen ? openAccess() : null,
    allowedOrigins: config.allowedOrigins,
    allowedHosts,
    logger: log,
  })
  attachRealtime(listener.server, gateway)
  gateway.start()
  return {
    gateway,
    events: sseHandler(gateway, { addressOf: (request) => listener.addressOf(request) }),
    issueTicket: (principal) => issue(tickets, principal),
  }
}

function issue(tickets: Tickets, principal: Principal): RealtimeTicket {
  const { ticket, expiresAt } = tickets.issue(principal)
  return { ticket, expires_at: expiresAt }
}
