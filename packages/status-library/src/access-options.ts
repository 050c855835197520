import type { Authorize } from '@syncwatch/http'

/**
 * Who may do what. The same options go to `handler`, `nodeHandler` and `attachRealtime`. Without any of them the status can be read
 * on this machine alone, and nobody can change anything over HTTP.
 */
export interface AccessOptions {
  /**
   * Says who sent a request; throws `new SyncwatchError('unauthorized', …)` where nobody may be told. Also asked about connections, which
   * carry the cookies of the page, and again every 30 minutes. Unless given, everybody who gets here is a viewer.
   */
  authorize?: Authorize
  /**
   * Names this service is called by, such as `app.example.com`, with or without port. The names of this machine unless given: otherwise any
   * page whose name was made to point here could read along. `any` leaves it to `allowedOrigins` and to what stands in front.
   */
  allowedHosts?: readonly string[] | 'any'
  /** Exact origins of pages on other hosts that may connect and send changes, such as `https://app.example.com`. */
  allowedOrigins?: readonly string[]
  /**
   * Signs the tickets of clients that have a token instead of cookies: at least 32 bytes, the same on every node. `SYNCWATCH_TICKET_SECRET`
   * unless given; without it there are no tickets.
   */
  ticketSecret?: string
}

export const LOCAL_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** The names that are answered to; null for any. */
export function hostsOf({ allowedHosts = LOCAL_HOSTS }: AccessOptions): readonly string[] | null {
  return allowedHosts === 'any' ? null : allowedHosts
}
