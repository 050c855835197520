// Times of the connection. Constants of their own, so that a bundler writes the numbers where they are used.

/** From the attempt to its open transport, from there to `welcome`, and from there to `ready`. */
export const CONNECT_MS = 10_000
/** Between two pings of ours; they measure latency and find a dead socket. */
export const PING_MS = 15_000
/** How long the answer to a ping may take. */
export const PONG_MS = 10_000
/** The same for a ping that asks whether a socket outlived a sleep or a change of network. */
export const PROBE_MS = 3_000
/** A session that held so long ends a row of failures. */
export const STABLE_MS = 5_000
/** A loss is shown after this. */
export const LOST_MS = 5_000
/** Offline by the host's word, it is tried this often all the same. */
export const OFFLINE_RETRY_MS = 30_000

/** Failures after which everything is set up anew. */
export const FAILURES_BEFORE_FRESH = 3

/** Failures of a transport that never opened after which the other one is tried. */
export const UNOPENED_BEFORE_FALLBACK = 2

/** Deltas a second that are asked for. */
export const VISIBLE_HZ = 20
export const HIDDEN_HZ = 1
