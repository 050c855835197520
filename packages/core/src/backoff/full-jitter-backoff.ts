import type { Random } from '../kernel/random.ts'

export interface BackoffOptions {
  /** Which attempt is waited for: 1 for the first one after a failure. */
  readonly attempt: number
  readonly random: Random
  /** How long the other side asked to be left alone, in milliseconds. It is kept to, with the jitter on top. */
  readonly retryAfterMs?: number | undefined
  readonly baseMs?: number
  readonly capMs?: number
}

const BASE_MS = 1_000
const CAP_MS = 30_000
/** Timers of a host overflow at 2^31 ms and then fire at once, so no answer of a server may ask for more than a day. */
const LONGEST_RETRY_AFTER_MS = 86_400_000

/**
 * Milliseconds to wait: a random share of `min(cap, base × 2^(attempt - 1))` ("full jitter": many clients that failed
 * together come back spread out). With `retryAfterMs` at least that long.
 */
export function fullJitterBackoff(options: BackoffOptions): number {
  const { attempt, random, retryAfterMs = 0, baseMs = BASE_MS, capMs = CAP_MS } = options
  const exponent = Math.max(0, Math.trunc(attempt) - 1)
  const ceiling = Math.min(capMs, baseMs * 2 ** exponent)
  const asked = retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) : 0
  return Math.round(asked + random.next() * ceiling)
}
