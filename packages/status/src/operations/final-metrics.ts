import type { OperationRow } from '@syncwatch/core'

/**
 * `performance_metrics` of an operation that ended: `duration_ms`, `items_per_second`, `bytes_per_second` over all of it,
 * `retries` (claims beyond the first), `phases` (milliseconds in each, where it was reported here) and `peak_concurrency`
 * (where whoever ends it says so: nobody else knows). Whatever a caller put there stays; figures that only mean something
 * while it runs go.
 */
export function finalMetrics(
  row: OperationRow,
  phases: Record<string, number> | null,
  peakConcurrency?: number,
): Record<string, unknown> {
  const { eta_low, eta_high, stalled_since, ...kept } = row.performance_metrics
  const duration =
    row.start_time === null || row.end_time === null ? 0 : Date.parse(row.end_time) - Date.parse(row.start_time)
  const perSecond = (amount: number) => (duration > 0 ? Math.round((amount * 100_000) / duration) / 100 : 0)
  return {
    ...kept,
    duration_ms: duration,
    items_per_second: perSecond(row.processed_items),
    bytes_per_second: perSecond(row.processed_bytes),
    retries: Math.max(0, row.attempt - 1),
    ...(phases !== null && { phases }),
    ...(peakConcurrency !== undefined && { peak_concurrency: peakConcurrency }),
  }
}
