import { etaWords, stalledFor } from '@syncwatch/client'
import { isEnded, type OperationRow } from '@syncwatch/core'
import type { SyncStatusStrings } from '../strings.ts'

/** `412/1,000`, or the count alone while the total is unknown; with the percent while it runs, where it is known. */
export function countWords(row: OperationRow, strings: SyncStatusStrings): string {
  const { number } = strings.words
  const counts =
    row.total_items === null
      ? row.processed_items > 0
        ? number(row.processed_items)
        : ''
      : `${number(row.processed_items)}/${number(row.total_items)}`
  const percent = row.progress === null || isEnded(row.status) ? '' : `${Math.floor(row.progress)} %`
  return [counts, percent].filter(Boolean).join(' · ')
}

/**
 * The line under the bar: what it does, how fast, what is left, or why it stands still. `now` is the server's time that the figures are
 * of, null before hydration.
 */
export function noteWords(row: OperationRow, now: number | null, strings: SyncStatusStrings): string {
  const parts: (string | null)[] = [stateWords(row, now, strings)]
  if (row.failed_items > 0) parts.push(strings.failedItems(row.failed_items))
  if (row.status === 'in_progress' && now !== null && stalledFor(row, now) === null) {
    const rate = row.performance_metrics.items_per_second
    if (typeof rate === 'number' && rate > 0) parts.push(strings.perSecond(rateFigure(rate, strings)))
    parts.push(etaWords(row, now, strings.words))
  }
  return parts.filter(Boolean).join(' · ')
}

/** A rate with one decimal below ten; what is not nothing does not read as nothing. */
export function rateFigure(rate: number, strings: SyncStatusStrings): string {
  if (rate > 0 && rate < 0.1) return '< 0.1'
  return rate < 10 ? rate.toFixed(1) : strings.words.number(Math.round(rate))
}

function stateWords(row: OperationRow, now: number | null, strings: SyncStatusStrings): string | null {
  if (isEnded(row.status)) return [strings.ended[row.status], row.message].filter(Boolean).join(': ')
  if (row.status === 'pending') return strings.pending
  if (row.cancel_requested_at !== null) return strings.cancelling
  const silence = now === null ? null : stalledFor(row, now)
  if (silence !== null) return strings.stalled(strings.words.span(silence))
  if (row.phase === 'finishing') return strings.finishing
  return row.message ?? row.phase
}
