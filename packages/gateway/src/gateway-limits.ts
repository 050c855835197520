/** Every bound of the gateway. Times are milliseconds, sizes bytes. */
export interface GatewayLimits {
  /** Open sessions on this node, in all, from one address, and of one subject. */
  maxSessions: number
  maxSessionsPerAddress: number
  maxSessionsPerSubject: number
  /** The largest message taken from a client. */
  maxPayloadBytes: number
  /** Topics that one session may follow. */
  maxTopics: number
  /** What a snapshot of `operations` holds: open operations, and the last ended. Clients hold as many. */
  maxOpenOperations: number
  maxEndedOperations: number
  /** Time for the first frame. */
  helloMs: number
  /** Messages taken from a client: so many a second, after a burst. */
  inboundPerSecond: number
  inboundBurst: number
  /** Refused messages (bad or too many) within a minute after which the session is closed with 4400. */
  maxStrikes: number
  /** Least time between two deltas of one topic to one session, and what it may grow to while sending takes half of the time. */
  paceMs: number
  busyPaceMs: number
  /** Nothing is added for a client while so much waits to be read by it. */
  maxBufferedBytes: number
  /** How long a client may stay that full. */
  slowConsumerMs: number
  /** A ping is sent at a random time between these; one unanswered ping ends the session. */
  pingMinMs: number
  pingMaxMs: number
  /** Credentials are checked again after this. */
  recheckMs: number
  /** How long a closing session may take before it is cut. */
  closeMs: number
  /** Least spread of `retryAfterMs` when stopping, and what each session adds; never above `maxRetrySpreadMs`. */
  minRetrySpreadMs: number
  retrySpreadPerSessionMs: number
  maxRetrySpreadMs: number
}

export const DEFAULT_LIMITS: GatewayLimits = {
  maxSessions: 10_000,
  maxSessionsPerAddress: 1_000,
  maxSessionsPerSubject: 1_000,
  maxPayloadBytes: 64 * 1024,
  maxTopics: 20,
  maxOpenOperations: 500,
  maxEndedOperations: 200,
  helloMs: 5_000,
  inboundPerSecond: 20,
  inboundBurst: 60,
  maxStrikes: 20,
  paceMs: 20,
  busyPaceMs: 50,
  maxBufferedBytes: 256 * 1024,
  slowConsumerMs: 10_000,
  pingMinMs: 25_000,
  pingMaxMs: 30_000,
  recheckMs: 30 * 60_000,
  closeMs: 1_000,
  minRetrySpreadMs: 1_000,
  retrySpreadPerSessionMs: 5,
  maxRetrySpreadMs: 30_000,
}
