import { estimateCompletion, type ProgressTotals, stalledSince } from './estimate-completion.ts'
import { type ProgressRate, ratesOf } from './observe-progress.ts'

/**
 * What a row's `performance_metrics` says of an open operation, so that a viewer can show rate, ETA range and stall
 * without a measurement of its own. Times are ISO 8601, null when there is nothing to say.
 */
export interface LiveFigures {
  items_per_second: number
  bytes_per_second: number
  eta_low: string | null
  eta_high: string | null
  stalled_since: string | null
}

/** The figures at `now`. The samples must have been taken by a clock of epoch milliseconds. */
export function liveFigures(rate: ProgressRate, totals: ProgressTotals, now: number): LiveFigures {
  const stalled = stalledSince(rate, now)
  const eta = estimateCompletion(rate, totals, now)
  const { itemsPerSecond, bytesPerSecond } = ratesOf(rate)
  return {
    items_per_second: stalled === null ? round(itemsPerSecond) : 0,
    bytes_per_second: stalled === null ? Math.round(bytesPerSecond) : 0,
    eta_low: iso(eta?.low ?? null),
    eta_high: iso(eta?.high ?? null),
    stalled_since: iso(stalled),
  }
}

/** The row's single `estimated_completion`: the middle of the range, null when there is none. */
export function estimatedCompletion(figures: Pick<LiveFigures, 'eta_low' | 'eta_high'>): string | null {
  if (figures.eta_low === null || figures.eta_high === null) return null
  return iso((Date.parse(figures.eta_low) + Date.parse(figures.eta_high)) / 2)
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(Math.round(at)).toISOString()
}

function round(rate: number): number {
  return Math.round(rate * 100) / 100
}
