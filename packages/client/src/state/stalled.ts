import { type OperationRow, stalledFor } from '@syncwatch/core'
import { serverNow } from './selectors.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/** The operations that stall, oldest first. `now` is local epoch milliseconds. */
export function selectStalled(state: SyncStatusState, now: number): OperationRow[] {
  return state.openIds.flatMap((id) => {
    const row = state.operations[id]
    return row && stalledFor(row, serverNow(state, now)) !== null ? row : []
  })
}
