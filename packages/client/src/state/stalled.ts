import type { OperationRow } from '@syncwatch/core'
import { serverNow } from './selectors.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/** An operation at work that has said nothing for so long is called stalled. */
export const STALLED_AFTER_MS = 30_000

/** The operations that stall, oldest first. `now` is local epoch milliseconds. */
export function selectStalled(state: SyncStatusState, now: number, afterMs = STALLED_AFTER_MS): OperationRow[] {
  return state.openIds.flatMap((id) => {
    const row = state.operations[id]
    return row && stalledFor(row, serverNow(state, now), afterMs) !== null ? row : []
  })
}

/**
 * For how many milliseconds it has stalled; null when it has not. The server's own finding counts, and a row that nobody has written for
 * so long. `now` is the server's epoch milliseconds.
 */
export function stalledFor(row: OperationRow, now: number, afterMs = STALLED_AFTER_MS): number | null {
  if (row.status !== 'in_progress') return null
  const { stalled_since } = row.performance_metrics
  const found = typeof stalled_since === 'string' ? now - Date.parse(stalled_since) : 0
  const silence = now - Date.parse(row.updated_at)
  if (found > 0) return found
  return silence >= afterMs ? silence : null
}
