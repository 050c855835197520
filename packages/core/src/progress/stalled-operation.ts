import type { OperationRow } from '../operation/operation-row.ts'

/**
 * An operation at work that nobody has written for so long is stalled, whoever reports it and whatever was measured of it. The
 * measured patience (`stalledSince`) is never longer, so server, health and clients call the same operations stalled.
 */
export const STALLED_AFTER_MS = 120_000

/**
 * For how many milliseconds an operation has stalled; null when it has not. The server's own finding (`stalled_since`) counts, and a row
 * that nobody has written for `STALLED_AFTER_MS`. `now` is the server's epoch milliseconds.
 */
export function stalledFor(row: OperationRow, now: number): number | null {
  if (row.status !== 'in_progress') return null
  const { stalled_since } = row.performance_metrics
  const found = typeof stalled_since === 'string' ? now - Date.parse(stalled_since) : 0
  if (found > 0) return found
  const silence = now - Date.parse(row.updated_at)
  return silence >= STALLED_AFTER_MS ? silence : null
}
