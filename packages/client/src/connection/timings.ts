/** Times of the connection in milliseconds. */
export const TIMINGS = {
  /** From the attempt to its `welcome`. */
  connect: 10_000,
  /** Between two pings of ours; they measure latency and find a dead socket. */
  ping: 15_000,
  /** How long the answer to a ping may take. */
  pong: 10_000,
  /** The same for a ping that asks whether a socket outlived a sleep or a change of network. */
  probe: 3_000,
  /** A session that held so long ends a row of failures. */
  stable: 5_000,
  /** A loss is shown after this. */
  lost: 5_000,
  /** Offline by the host's word, it is tried this often all the same. */
  offlineRetry: 30_000,
} as const

/** Failures after which everything is set up anew. */
export const FAILURES_BEFORE_FRESH = 3

/** Failures of a transport that never opened after which the other one is tried. */
export const UNOPENED_BEFORE_FALLBACK = 2

/** Deltas a second that are asked for. */
export const PACE = { visible: 20, hidden: 1 } as const
