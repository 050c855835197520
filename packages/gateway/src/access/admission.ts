import { type Clock, isSyncwatchError, type Principal, SyncwatchError } from '@syncwatch/core'
import type { Authenticate, ConnectionFacts } from './principal.ts'
import type { Tickets } from './tickets.ts'

export interface AdmissionPorts {
  readonly clock: Clock
  /** Absent where authentication is off: then a ticket that is shown anyway is not looked at. */
  readonly tickets: Tickets | null
  /** Absent where tickets are the only way in. */
  readonly authenticate: Authenticate | null
  burnNonce(nonce: string, expiresAt: Date): Promise<boolean>
}

/** Decides who a connection is, at its start and again later. */
export class Admission {
  readonly #ports: AdmissionPorts

  constructor(ports: AdmissionPorts) {
    this.#ports = ports
  }

  /** Throws `ticket_invalid` or `unauthorized`; passes on a failure of the database. */
  async admit(facts: ConnectionFacts, ticket: string | undefined): Promise<Principal> {
    if (ticket !== undefined && this.#ports.tickets) return await this.#redeem(ticket, this.#ports.tickets)
    const principal = (await this.#ports.authenticate?.(facts, null)) ?? null
    if (principal) return principal
    throw new SyncwatchError('unauthorized', 'Get a ticket from POST /api/v1/realtime/ticket and show it in hello.')
  }

  /**
   * Asks again whether a principal still holds; null when it does not, or when nobody can say. A failure to ask, such as
   * a database that is away, is thrown.
   */
  async recheck(facts: ConnectionFacts, current: Principal): Promise<Principal | null> {
    return (await this.#ports.authenticate?.(facts, current)) ?? null
  }

  async #redeem(text: string, tickets: Tickets): Promise<Principal> {
    const ticket = tickets.verify(text)
    const fresh = await this.#ports.burnNonce(ticket.nonce, ticket.expiresAt)
    if (!fresh)
      throw new SyncwatchError('ticket_invalid', 'The ticket was used before. Get a new one for each attempt.')
    return { name: ticket.name, role: ticket.role }
  }
}

/** Turns whatever was thrown into an error that may be told to a client: nothing of an unknown failure's inside. */
export function toTellable(error: unknown): SyncwatchError {
  if (isSyncwatchError(error)) return error
  return new SyncwatchError('internal', 'Something went wrong here. The log of the server says what.', { cause: error })
}
