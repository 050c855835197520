import type { HttpClient } from '../http/http-client.ts'

export interface TicketOptions {
  getTicket?: (() => string | Promise<string>) | undefined
  /** There is a token, so tickets can be had over HTTP. */
  hasToken: boolean
  http: Pick<HttpClient, 'realtimeTicket'>
}

/** Refusals in a row of fresh tickets after which the credentials are taken to be bad. */
const MAX_REFUSALS = 2

/**
 * A ticket for each attempt. Without credentials none is shown (a server on loopback wants none) until the server asks for one;
 * then it is requested over HTTP, where a cookie of the page may speak for us.
 */
export class TicketSource {
  readonly #options: TicketOptions
  #isNeeded: boolean
  #refusals = 0

  constructor(options: TicketOptions) {
    this.#options = options
    this.#isNeeded = options.hasToken || options.getTicket !== undefined
  }

  async next(): Promise<string | undefined> {
    if (!this.#isNeeded) return undefined
    if (this.#options.getTicket) return await this.#options.getTicket()
    const { ticket } = await this.#options.http.realtimeTicket()
    return ticket
  }

  accepted(): void {
    this.#refusals = 0
  }

  /** The session was refused for its credentials. True when trying again is of no use. */
  refused(): boolean {
    if (!this.#isNeeded) {
      this.#isNeeded = true
      return false
    }
    this.#refusals += 1
    return this.#refusals >= MAX_REFUSALS
  }

  /** Getting a ticket failed. True when trying again is of no use. */
  isFinal(error: unknown): boolean {
    // The app's own `getTicket` may throw errors of any class: the code is what counts.
    const { code } = (error ?? {}) as { code?: unknown }
    return code === 'unauthorized' || code === 'forbidden'
  }
}
