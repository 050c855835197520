import { SyncwatchError } from '@syncwatch/core'
import { ANYBODY } from '../access/principal.ts'
import type { GatewayLimits } from '../gateway-limits.ts'
import type { Session } from './session.ts'
import type { SessionTransport } from './session-transport.ts'

interface Registered {
  readonly transport: SessionTransport
  readonly address: string
  claimed: { subject: string; clientId: string } | null
}

type RegistryLimits = Pick<GatewayLimits, 'maxSessions' | 'maxSessionsPerAddress' | 'maxSessionsPerSubject'>

/** The open sessions of a node, and the caps on them. */
export class SessionRegistry {
  readonly #limits: RegistryLimits
  readonly #sessions = new Map<Session, Registered>()
  readonly #byAddress = new Map<string, number>()
  readonly #bySubject = new Map<string, number>()
  readonly #byClient = new Map<string, number>()
  #waiters: (() => void)[] = []

  constructor(limits: RegistryLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#sessions.size
  }

  all(): Session[] {
    return [...this.#sessions.keys()]
  }

  /** Throws `rate_limited` where one more from this address would be too many. */
  checkRoom(address: string): void {
    const { maxSessions, maxSessionsPerAddress } = this.#limits
    if (this.#sessions.size >= maxSessions || (this.#byAddress.get(address) ?? 0) >= maxSessionsPerAddress)
      throw new SyncwatchError('rate_limited', 'Too many connections are open. Close one, or try again later.')
  }

  add(session: Session, transport: SessionTransport, address: string): void {
    this.#sessions.set(session, { transport, address, claimed: null })
    count(this.#byAddress, address, 1)
  }

  /** Counts a session in for its subject and client. Throws `rate_limited`. */
  claim(session: Session, subject: string, clientId: string): void {
    const registered = this.#sessions.get(session)
    if (!registered || registered.claimed) return
    const isFull = (this.#bySubject.get(subject) ?? 0) >= this.#limits.maxSessionsPerSubject
    if (isFull && subject !== ANYBODY)
      throw new SyncwatchError('rate_limited', 'Too many connections are open under this name. Close one.')
    registered.claimed = { subject, clientId }
    count(this.#bySubject, subject, 1)
    count(this.#byClient, clientId, 1)
  }

  remove(session: Session): void {
    const registered = this.#sessions.get(session)
    if (!registered) return
    this.#sessions.delete(session)
    count(this.#byAddress, registered.address, -1)
    if (registered.claimed) {
      count(this.#bySubject, registered.claimed.subject, -1)
      count(this.#byClient, registered.claimed.clientId, -1)
    }
    if (this.#sessions.size > 0) return
    for (const resolve of this.#waiters) resolve()
    this.#waiters = []
  }

  hasClient(clientId: string): boolean {
    return this.#byClient.has(clientId)
  }

  terminateAll(): void {
    for (const { transport } of [...this.#sessions.values()]) transport.terminate()
  }

  /** Resolves when no session is left. */
  whenEmpty(): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push(resolve))
  }
}

function count(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + change
  if (next > 0) counts.set(key, next)
  else counts.delete(key)
}
