import type { OperationCounts, OperationRow } from '@syncwatch/core'
import { holdOperations } from './held-operations.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/** Takes whole rows in that came outside the stream. A row whose `rev` is not above the known one changes nothing. */
export function mergeOperations(state: SyncStatusState, rows: readonly OperationRow[]): SyncStatusState {
  const newer = rows.filter((row) => row.rev > (state.operations[row.id]?.rev ?? -1))
  if (newer.length === 0) return state
  return { ...state, ...holdOperations(state, newer), counts: recounted(state, newer) }
}

/** The counts after rows changed their state. The server's own counts, where they come, replace them. */
export function recounted(state: SyncStatusState, rows: readonly OperationRow[]): OperationCounts {
  const counts = { ...state.counts }
  for (const row of rows) {
    const before = state.operations[row.id]?.status
    if (before === row.status) continue
    if (before) counts[before] = Math.max(0, counts[before] - 1)
    counts[row.status] += 1
  }
  return counts
}
