import type { OperationRow } from '@syncwatch/core'
import { holdOperations } from './held-operations.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/** Takes whole rows in that came outside the stream. A row whose `rev` is not above the known one changes nothing. */
export function mergeOperations(state: SyncStatusState, rows: readonly OperationRow[]): SyncStatusState {
  return withOperations(
    state,
    rows.filter((row) => row.rev > (state.operations[row.id]?.rev ?? -1)),
  )
}

/** Takes rows in, whatever their `rev`, and counts anew. The server's own counts, where they come, replace these. */
export function withOperations(state: SyncStatusState, rows: readonly OperationRow[]): SyncStatusState {
  if (rows.length === 0) return state
  const counts = { ...state.counts }
  for (const { id, status } of rows) {
    const before = state.operations[id]?.status
    if (before === status) continue
    if (before) counts[before] = Math.max(0, counts[before] - 1)
    counts[status] += 1
  }
  return { ...state, ...holdOperations(state, rows), counts }
}
