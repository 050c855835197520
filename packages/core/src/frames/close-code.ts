/**
 * How a WebSocket session ends. An `error` or `goodbye` frame before it says why; these numbers are for whoever sees
 * only the close. A client does not come back by itself after `unauthorized` without a new ticket, and never after
 * `protocolUnsupported`.
 */
export const CLOSE_CODES = {
  /** The server stops or restarts: come back after the `retryAfterMs` of the `goodbye`. */
  goingAway: 1001,
  /** A message was over the limit. */
  tooLarge: 1009,
  /** The client read too slowly, or the server could not serve it now: come back after `retryAfterMs`. */
  tryAgainLater: 1013,
  /** Bad frames again and again, or far too many. */
  abuse: 4400,
  /** No, a wrong, a used, or an expired credential. */
  unauthorized: 4401,
  /** The client speaks another protocol version. */
  protocolUnsupported: 4406,
  /** No `hello` in time. */
  helloTimeout: 4408,
} as const
export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES]
