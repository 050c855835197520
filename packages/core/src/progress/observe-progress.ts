/** How far an operation was at a time. `at` is milliseconds of any clock, the same one for all calls. */
export interface ProgressSample {
  readonly at: number
  readonly items: number
  readonly bytes: number
  /** A change of phase starts the measurement anew: listing says nothing about copying. */
  readonly phase: string | null
}

/** What is remembered of one measure (items or bytes): sums that fade with time, so the rate is `amount / seconds`. */
export interface MeasuredRate {
  readonly amount: number
  /** The faded sum of `(rate of an interval)² × its seconds`, for the spread. */
  readonly squares: number
}

/**
 * The memory of a rate: an exponentially weighted mean over time with a half-life of 2 s, kept as two fading sums, which
 * is unbiased from the first interval on (a mean that starts at 0 would crawl up, one that starts at the first rate would
 * cling to it). Plain data: keep it beside the operation, throw it away when that ends.
 */
export interface ProgressRate {
  readonly phase: string | null
  readonly startedAt: number
  /** What was done when the phase began. */
  readonly startItems: number
  readonly startBytes: number
  /** The last sample. */
  readonly at: number
  readonly totalItems: number
  readonly totalBytes: number
  /** Faded seconds behind the sums. */
  readonly seconds: number
  readonly items: MeasuredRate
  readonly bytes: MeasuredRate
  /** When items or bytes last grew. */
  readonly advancedAt: number
  /** How often they grew, and the mean time between, for telling a stall from slow work. */
  readonly advances: number
  readonly advanceEveryMs: number
}

export const RATE_HALF_LIFE_MS = 2_000

const NOTHING: MeasuredRate = { amount: 0, squares: 0 }

/** The memory after one more sample; `null` before the first. A new phase, or counts that went back, start it anew. */
export function observeProgress(rate: ProgressRate | null, sample: ProgressSample): ProgressRate {
  if (rate === null || isFresh(rate, sample)) return begin(sample)
  const elapsed = Math.max(0, sample.at - rate.at)
  const items = sample.items - rate.totalItems
  const bytes = sample.bytes - rate.totalBytes
  const grew = items > 0 || bytes > 0
  const at = Math.max(rate.at, sample.at)
  // Growth within one tick of the clock counts once time has passed, or its rate would be infinite.
  if (elapsed === 0) return { ...rate, advancedAt: grew ? at : rate.advancedAt }
  const seconds = elapsed / 1000
  const fade = 2 ** (-elapsed / RATE_HALF_LIFE_MS)
  // The mean weight of an interval that lasts up to now, fading while it lasted.
  const weight = elapsed < 1 ? 1 : ((1 - fade) * RATE_HALF_LIFE_MS) / (Math.LN2 * elapsed)
  return {
    ...rate,
    at,
    totalItems: sample.items,
    totalBytes: sample.bytes,
    seconds: rate.seconds * fade + seconds * weight,
    items: add(rate.items, fade, items, seconds, weight),
    bytes: add(rate.bytes, fade, bytes, seconds, weight),
    ...(grew && {
      advancedAt: at,
      advances: rate.advances + 1,
      advanceEveryMs: meanInterval(rate, at),
    }),
  }
}

function isFresh(rate: ProgressRate, sample: ProgressSample): boolean {
  return sample.phase !== rate.phase || sample.items < rate.totalItems || sample.bytes < rate.totalBytes
}

function begin({ at, items, bytes, phase }: ProgressSample): ProgressRate {
  return {
    phase,
    startedAt: at,
    startItems: items,
    startBytes: bytes,
    at,
    totalItems: items,
    totalBytes: bytes,
    seconds: 0,
    items: NOTHING,
    bytes: NOTHING,
    advancedAt: at,
    advances: 0,
    advanceEveryMs: 0,
  }
}

function add(old: MeasuredRate, fade: number, amount: number, seconds: number, weight: number): MeasuredRate {
  return {
    amount: old.amount * fade + amount * weight,
    squares: old.squares * fade + (amount * amount * weight) / seconds,
  }
}

// Of about the last ten intervals, so that one pause does not make every later one look usual.
function meanInterval(rate: ProgressRate, at: number): number {
  const share = 1 / Math.min(10, rate.advances + 1)
  return rate.advanceEveryMs + share * (at - rate.advancedAt - rate.advanceEveryMs)
}

/** Items and bytes a second in this phase; 0 before there is anything to go on. */
export function ratesOf(rate: ProgressRate): { itemsPerSecond: number; bytesPerSecond: number } {
  if (rate.seconds <= 0) return { itemsPerSecond: 0, bytesPerSecond: 0 }
  return { itemsPerSecond: rate.items.amount / rate.seconds, bytesPerSecond: rate.bytes.amount / rate.seconds }
}
