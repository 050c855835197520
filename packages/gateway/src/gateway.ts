import {
  CLOSE_CODES,
  type Clock,
  type CloseCode,
  type ErrorCode,
  type Principal,
  type Random,
  SyncwatchError,
} from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'
import { Admission } from './access/admission.ts'
import { type AllowedPlaces, checkPlace, type RequestPlace } from './access/check-origin.ts'
import type { Authenticate, ConnectionFacts } from './access/principal.ts'
import type { Tickets } from './access/tickets.ts'
import { Channels } from './channel/channels.ts'
import { DEFAULT_LIMITS, type GatewayLimits } from './gateway-limits.ts'
import { type Logger, silentLogger } from './logger.ts'
import { Pacer } from './session/pacer.ts'
import { type Greeting, Session } from './session/session.ts'
import { SessionRegistry } from './session/session-registry.ts'
import type { SessionTransport } from './session/session-transport.ts'

/** What the gateway needs of the status system. */
export type GatewayStatus = Pick<SyncStatus, 'hub' | 'reportConnection' | 'burnNonce'>

export interface GatewayOptions {
  status: GatewayStatus
  clock: Clock
  random: Random
  /** Null where authentication is off. */
  tickets: Tickets | null
  /** Says who a client without a ticket is, and whether a session may go on. Null: only a ticket lets in, for 30 minutes. */
  authenticate: Authenticate | null
  /** Exact origins of pages that may connect, beside pages of this host itself. The array may be filled later. */
  allowedOrigins: readonly string[]
  /** Names this host answers to, with or without port; null for any (then only `allowedOrigins` may connect from pages). */
  allowedHosts: readonly string[] | null
  limits?: Partial<GatewayLimits>
  logger?: Logger
}

export interface GatewayStatistics {
  readonly sessions: number
  readonly channels: number
  readonly accepting: boolean
}

/** Holds the sessions of one node. The wires (`attachRealtime`, `sseHandler`) hand their connections to it. */
export class Gateway {
  readonly limits: GatewayLimits
  readonly logger: Logger
  readonly #options: GatewayOptions
  readonly #admission: Admission
  readonly #channels: Channels
  readonly #pacer: Pacer
  readonly #sessions: SessionRegistry
  #accepting = false
  #stopListening: () => void = () => {}

  constructor(options: GatewayOptions) {
    const { status, clock, tickets, authenticate } = options
    this.#options = options
    this.limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.logger = options.logger ?? silentLogger
    const burnNonce = (nonce: string, expiresAt: Date) => status.burnNonce(nonce, expiresAt)
    this.#admission = new Admission({ clock, tickets, authenticate, burnNonce })
    const size = { open: this.limits.maxOpenOperations, ended: this.limits.maxEndedOperations }
    this.#channels = new Channels(status.hub, size, clock)
    this.#pacer = new Pacer(clock, this.limits)
    this.#sessions = new SessionRegistry(this.limits)
  }

  get clock(): Clock {
    return this.#options.clock
  }

  get random(): Random {
    return this.#options.random
  }

  /** Begins to take connections. */
  start(): void {
    this.#accepting = true
    this.#stopListening()
    this.#stopListening = this.#options.status.hub.onState((state) => {
      // Another history: nothing that was sent means anything in it, so everybody begins anew.
      if (state === 'reset') this.#sendAllAway('database_unavailable', CLOSE_CODES.tryAgainLater)
    })
  }

  /**
   * Sends everybody away, each with another `retryAfterMs`, so that they come back spread out, and resolves when the last
   * session is gone: after `deadlineMs` at the latest those left are cut. New connections are refused from now on.
   */
  async drain({ deadlineMs = 2_000 }: { deadlineMs?: number } = {}): Promise<void> {
    this.#accepting = false
    this.#stopListening()
    const gone = this.#sessions.whenEmpty()
    this.#sendAllAway('shutting_down', CLOSE_CODES.goingAway)
    const timer = this.clock.setTimeout(() => this.#sessions.terminateAll(), deadlineMs)
    await gone
    timer.cancel()
  }

  /** Ends what is left at once; after a `drain` there is nothing. */
  async stop(): Promise<void> {
    await this.drain({ deadlineMs: 0 })
  }

  get statistics(): GatewayStatistics {
    return { sessions: this.#sessions.size, channels: this.#channels.size, accepting: this.#accepting }
  }

  /** Throws `forbidden_host`, `forbidden_origin`, `shutting_down` or `rate_limited` for a connection that may not be. */
  checkConnection(place: RequestPlace, address: string): void {
    const allowed: AllowedPlaces = { hosts: this.#options.allowedHosts, origins: this.#options.allowedOrigins }
    checkPlace(place, allowed)
    if (!this.#accepting) throw new SyncwatchError('shutting_down', 'The server is stopping. Try again shortly.')
    this.#sessions.checkRoom(address)
  }

  /** Says who a hello is from, for wires that can still refuse it with an HTTP status. */
  async admit(facts: ConnectionFacts, ticket: string | undefined): Promise<Principal> {
    return await this.#admission.admit(facts, ticket)
  }

  /** Opens a session on a connection that was checked. It waits for `hello`, unless it is given one with its principal. */
  openSession(transport: SessionTransport, facts: ConnectionFacts, greeting?: Greeting): Session {
    const session = new Session(transport, facts, {
      clock: this.clock,
      random: this.#options.random,
      admission: this.#admission,
      channels: this.#channels,
      pacer: this.#pacer,
      limits: this.limits,
      logger: this.logger,
      epoch: () => this.#options.status.hub.epoch,
      reportConnection: (report) => this.#options.status.reportConnection(report),
      claim: (claiming, subject, clientId) => this.#sessions.claim(claiming, subject, clientId),
      onClosed: (closed) => this.#closed(closed),
    })
    this.#sessions.add(session, transport, facts.address)
    if (greeting) session.greet(greeting)
    return session
  }

  #sendAllAway(reason: ErrorCode, closeCode: CloseCode): void {
    const { minRetrySpreadMs, retrySpreadPerSessionMs, maxRetrySpreadMs } = this.limits
    const spread = Math.min(maxRetrySpreadMs, minRetrySpreadMs + this.#sessions.size * retrySpreadPerSessionMs)
    for (const session of this.#sessions.all()) session.goodbye(reason, this.random.next() * spread, closeCode)
  }

  #closed(session: Session): void {
    this.#sessions.remove(session)
    const { clientId } = session
    // A client that has come back on a new connection before the old one was seen to end is still connected.
    if (clientId === null || this.#sessions.hasClient(clientId)) return
    this.#options.status.reportConnection({ client_id: clientId, status: 'disconnected' })
  }
}

/** A gateway over a status system. Takes connections after `start`. */
export function createGateway(options: GatewayOptions): Gateway {
  return new Gateway(options)
}
