import type { HttpClient } from '../http/http-client.ts'
import type { SyncClientOptions } from './client-options.ts'

/** Refusals in a row of fresh tickets after which the credentials are taken to be bad. */
const MAX_REFUSALS = 2

export interface TicketSource {
  next(): Promise<string | undefined>
  /** A session was welcome. */
  accepted(): void
  /** The session was refused for its credentials. True when trying again is of no use. */
  refused(): boolean
}

/**
 * A ticket for each attempt. Without credentials none is shown (a server on loopback wants none) until the server asks for one;
 * then it is requested over HTTP, where a cookie of the page may speak for us.
 */
export function createTicketSource(
  http: Pick<HttpClient, 'realtimeTicket'>,
  { token, getToken, getTicket }: Pick<SyncClientOptions, 'token' | 'getToken' | 'getTicket'>,
): TicketSource {
  let isNeeded = (token ?? getToken ?? getTicket) !== undefined
  let refusals = 0
  return {
    next: async () => {
      if (!isNeeded) return undefined
      return getTicket ? await getTicket() : (await http.realtimeTicket()).ticket
    },
    accepted: () => {
      refusals = 0
    },
    refused: () => {
      if (isNeeded) refusals += 1
      isNeeded = true
      return refusals >= MAX_REFUSALS
    },
  }
}
