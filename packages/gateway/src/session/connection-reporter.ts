import type { Clock } from '@syncwatch/core'
import type { ConnectionReport } from '@syncwatch/status-manager'
import type { ConnectionFacts } from '../access/principal.ts'

/** Tells the status system that a client is there and how far away. Written in batches there, so it may be told often. */
export class ConnectionReporter {
  readonly #clock: Clock
  readonly #facts: ConnectionFacts
  readonly #send: (report: ConnectionReport) => void
  readonly #sessionId: string
  /** The role under which the client was described last. */
  #described: string | null = null
  #latency: { milliseconds: number; by: 'client' | 'server' } | null = null

  constructor(sessionId: string, facts: ConnectionFacts, clock: Clock, send: (report: ConnectionReport) => void) {
    this.#sessionId = sessionId
    this.#facts = facts
    this.#clock = clock
    this.#send = send
  }

  /** Notes a round trip, milliseconds. What the client measured counts for more than what the server did. */
  measured(milliseconds: number, by: 'client' | 'server'): void {
    if (by === 'client' || this.#latency?.by !== 'client')
      this.#latency = { milliseconds: Math.round(milliseconds), by }
  }

  report(clientId: string, role: string, reconnectAttempts?: number): void {
    this.#send({
      client_id: clientId,
      status: 'connected',
      last_ping: new Date(this.#clock.now()).toISOString(),
      latency_ms: this.#latency?.milliseconds ?? null,
      ...(this.#described === role ? {} : this.#describe(role)),
      ...(reconnectAttempts === undefined ? {} : { reconnect_attempts: reconnectAttempts }),
    })
  }

  /** What stays the same is told once: thousands of clients answer a ping in the same second. */
  #describe(role: string): Partial<ConnectionReport> {
    this.#described = role
    return {
      user_agent: this.#facts.headers['user-agent']?.slice(0, 500) ?? null,
      ip_address: this.#facts.address,
      metadata: { transport: this.#facts.transport, session_id: this.#sessionId, role },
    }
  }
}
