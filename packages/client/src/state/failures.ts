import type { OperationRow } from '@syncwatch/core'
import type { SyncStatusState } from './sync-status-state.ts'

/** A failure older than this no longer asks for anybody; it stays in the list of operations. */
export const FAILURE_WINDOW_MS = 24 * 60 * 60 * 1000

/**
 * Failed operations that still wait for somebody, latest first: not those that were retried, nor those whose store had a
 * completed run of the same type since. `now` is the server's epoch milliseconds; without it no age is looked at.
 */
export function selectFailures(state: SyncStatusState, now?: number): OperationRow[] {
  const all = Object.values(state.operations)
  const retried = new Set(all.map((row) => row.retry_of))
  const oldest = now === undefined ? '' : new Date(now - FAILURE_WINDOW_MS).toISOString()
  return state.endedIds.flatMap((id) => {
    const row = state.operations[id]
    if (row?.status !== 'failed' || retried.has(row.id) || (row.end_time ?? row.updated_at) < oldest) return []
    return all.some((other) => makesGood(other, row)) ? [] : row
  })
}

function makesGood(later: OperationRow, failed: OperationRow): boolean {
  return (
    later.status === 'completed' &&
    failed.store_id !== null &&
    later.store_id === failed.store_id &&
    later.operation_type === failed.operation_type &&
    later.created_at > failed.created_at
  )
}
