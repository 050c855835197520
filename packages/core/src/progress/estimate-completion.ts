import { type MeasuredRate, type ProgressRate, RATE_HALF_LIFE_MS } from './observe-progress.ts'
import { STALLED_AFTER_MS } from './stalled-operation.ts'

/** The totals that are known of an operation. */
export interface ProgressTotals {
  readonly items: number | null
  readonly bytes: number | null
}

/** When the operation will end: between `low` and `high`, milliseconds of the clock of the samples. */
export interface CompletionRange {
  readonly low: number
  readonly high: number
}

const STALL_AFTER_MS = 15_000
const USUAL_INTERVALS = 6

const ENOUGH_ADVANCES = 4
const ENOUGH_MS = 3_000
/** Farther away than this an estimate is a guess. */
const FARTHEST_MS = 7 * 86_400_000

const STANDARD_ERRORS = 2
const LEAST_SPREAD = 0.1
const MOST_SPREAD = 0.6

/**
 * Since when nothing has grown, or null while it goes on. A stall is six times the usual interval without growth, at
 * least 15 s and at most 2 min, so slow work is not called stalled.
 */
export function stalledSince(rate: ProgressRate, now: number): number | null {
  const patience = Math.min(STALLED_AFTER_MS, Math.max(STALL_AFTER_MS, USUAL_INTERVALS * rate.advanceEveryMs))
  return now - rate.advancedAt > patience ? rate.advancedAt : null
}

/**
 * When the rest will be done. The range holds what the recent rate says (give or take two standard errors, at least 10 %)
 * and what the mean rate of the phase says (10 %); where items and bytes disagree it holds both. `eta-accuracy.test.ts`
 * measures how often the truth lies in it. Null until it means something: no total known, fewer than 4 advances or 3 s in this
 * phase, nothing left, more than a week away, or stalled.
 */
export function estimateCompletion(rate: ProgressRate, totals: ProgressTotals, now: number): CompletionRange | null {
  if (rate.advances < ENOUGH_ADVANCES || rate.at - rate.startedAt < ENOUGH_MS) return null
  if (stalledSince(rate, now) !== null) return null
  const ranges = [
    rangeOf(rate, rate.items, totals.items, rate.totalItems, rate.startItems),
    rangeOf(rate, rate.bytes, totals.bytes, rate.totalBytes, rate.startBytes),
  ].filter((range) => range !== null)
  if (ranges.length === 0) return null
  const low = Math.max(now, Math.min(...ranges.map((range) => range.low)))
  const high = Math.max(low, ...ranges.map((range) => range.high))
  return high - now > FARTHEST_MS ? null : { low, high }
}

function rangeOf(
  rate: ProgressRate,
  measure: MeasuredRate,
  total: number | null,
  done: number,
  start: number,
): CompletionRange | null {
  if (total === null || total <= done || measure.amount <= 0) return null
  const recent = measure.amount / rate.seconds / 1000
  const overall = (done - start) / (rate.at - rate.startedAt)
  const spread = spreadOf(rate, measure)
  const fastest = Math.max(recent * (1 + spread), overall * (1 + LEAST_SPREAD))
  const slowest = Math.min(recent * (1 - spread), overall * (1 - LEAST_SPREAD))
  return { low: rate.at + (total - done) / fastest, high: rate.at + (total - done) / slowest }
}

/** How far the true rate may lie from the recent one, as a share of it: two standard errors, within limits. */
function spreadOf(rate: ProgressRate, measure: MeasuredRate): number {
  const mean = measure.amount / rate.seconds
  const variance = Math.max(0, measure.squares / rate.seconds - mean * mean)
  const fade = 2 ** (-rate.advanceEveryMs / RATE_HALF_LIFE_MS)
  const error = Math.sqrt((variance * (1 - fade)) / (1 + fade)) / mean
  return Math.min(MOST_SPREAD, Math.max(LEAST_SPREAD, STANDARD_ERRORS * error))
}
