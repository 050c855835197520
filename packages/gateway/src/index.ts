export { ANYBODY, type Authenticate, type ConnectionFacts, openAccess } from './access/principal.ts'
export {
  createTickets,
  TICKET_LIFETIME_MS,
  type TicketOptions,
  type Tickets,
  type VerifiedTicket,
} from './access/tickets.ts'
export {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type GatewayStatistics,
  type GatewayStatus,
} from './gateway.ts'
export { DEFAULT_LIMITS, type GatewayLimits } from './gateway-limits.ts'
export { type Logger, silentLogger } from './logger.ts'
export { type SseOptions, sseHandler } from './sse/sse-handler.ts'
export { attachRealtime, type RealtimeOptions } from './websocket/attach-realtime.ts'
