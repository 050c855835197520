import { type OperationRow, stalledFor } from '@syncwatch/core'
import { englishWords } from './english-words.ts'
import type { SyncWords } from './words.ts'

/** Below this a figure would change faster than it can be read. */
const SOON_MS = 5000

/**
 * How long an operation will take yet, in words: a range where the server gives one. Null when it withholds its estimate, or when
 * the operation stalls. `now` is the server's epoch milliseconds.
 */
export function etaWords(row: OperationRow, now: number, words: SyncWords = englishWords): string | null {
  if (row.status !== 'in_progress' || row.estimated_completion === null || stalledFor(row, now) !== null) return null
  const { eta_low, eta_high } = row.performance_metrics
  const low = left(eta_low, now) ?? left(row.estimated_completion, now)
  const high = left(eta_high, now) ?? left(row.estimated_completion, now)
  // An estimate that ran out is wrong, and nothing is "soon" for long.
  if (low === null || high === null || high < -SOON_MS) return null
  return high < SOON_MS ? words.etaSoon : words.eta(words.span(Math.max(low, 1000)), words.span(high))
}

function left(iso: unknown, now: number): number | null {
  const time = typeof iso === 'string' ? Date.parse(iso) : Number.NaN
  return Number.isNaN(time) ? null : time - now
}
