import type { OperationCounts, OperationStatus } from '@syncwatch/core'
import { mergeOperations } from './merge-operations.ts'
import type { StatusReport } from './sync-status-event.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/**
 * Takes in the answer of `GET /api/v1/status`. It never takes an operation away: it may be cut, and the stream, which knows what
 * ended, says so itself.
 */
export function applyReport(state: SyncStatusState, report: StatusReport): SyncStatusState {
  const merged = mergeOperations(state, report.active_operations)
  return {
    ...merged,
    counts: report.counts ?? countsWith(state.counts, report),
    health: report.health ?? state.health,
    metrics: report.metrics ?? state.metrics,
    stores: report.stores ?? state.stores,
    isLoaded: true,
  }
}

function countsWith(counts: OperationCounts, { active_operations: rows }: StatusReport): OperationCounts {
  const count = (status: OperationStatus) => rows.filter((row) => row.status === status).length
  return { ...counts, pending: count('pending'), in_progress: count('in_progress') }
}
