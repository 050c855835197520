import { isEnded, type OperationId, type OperationRow, type SyncStatusUpdate } from '@syncwatch/core'
import { withOperations } from './merge-operations.ts'
import type { SyncStatusState } from './sync-status-state.ts'

/**
 * Takes in an announcement of the seed's shape. The operation is found by its id or its key, and made up where it is unknown
 * (with `rev` 0, so that the server's own row replaces it). An ended operation and an older announcement change nothing.
 */
export function applyUpdate(state: SyncStatusState, update: SyncStatusUpdate): SyncStatusState {
  const known = findOperation(state, update.operation_id)
  if (known && (isEnded(known.status) || update.timestamp < known.updated_at)) return state
  const row = updated(known ?? madeUp(update), update)
  return { ...withOperations(state, [row]), lastUpdate: update.timestamp }
}

function findOperation(state: SyncStatusState, idOrKey: string): OperationRow | undefined {
  return state.operations[idOrKey] ?? Object.values(state.operations).find((row) => row.operation_key === idOrKey)
}

function updated(row: OperationRow, update: SyncStatusUpdate): OperationRow {
  const { status, timestamp } = update
  return {
    ...row,
    status,
    progress: Math.max(row.progress ?? 0, Math.min(100, update.progress)),
    message: update.message ?? row.message,
    performance_metrics: update.performance_data ?? row.performance_metrics,
    start_time: row.start_time ?? (status === 'pending' ? null : timestamp),
    end_time: isEnded(status) ? timestamp : null,
    updated_at: timestamp,
  }
}

function madeUp({ operation_id, operation_type, timestamp }: SyncStatusUpdate): OperationRow {
  return {
    id: operation_id as OperationId,
    rev: 0,
    operation_key: null,
    operation_type,
    status: 'pending',
    progress: null,
    total_items: null,
    processed_items: 0,
    failed_items: 0,
    total_bytes: null,
    processed_bytes: 0,
    phase: null,
    message: null,
    start_time: null,
    end_time: null,
    estimated_completion: null,
    triggered_by: null,
    source: 'api',
    store_id: null,
    operation_data: {},
    error_details: null,
    performance_metrics: {},
    attempt: 0,
    retry_of: null,
    cancel_requested_at: null,
    lease_owner: null,
    lease_until: null,
    created_at: timestamp,
    updated_at: timestamp,
  }
}
