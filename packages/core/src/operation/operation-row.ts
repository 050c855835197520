import type { OperationId, StoreId } from '../ids.ts'
import type { OperationStatus } from './operation-status.ts'
import type { OperationSource, OperationType } from './operation-type.ts'

/**
 * A row of `sync_operations` as everybody outside the database sees it: SQL, HTTP, frames and TypeScript use the same
 * names. Times are ISO 8601 strings in UTC, sizes are bytes, `progress` is percent, `null` when the total is unknown.
 */
export interface OperationRow {
  id: OperationId
  /** The caller's own name for it, unique where given (`'sync_123'`). */
  operation_key: string | null
  operation_type: OperationType
  status: OperationStatus
  progress: number | null
  total_items: number | null
  processed_items: number
  failed_items: number
  total_bytes: number | null
  processed_bytes: number
  phase: string | null
  message: string | null
  start_time: string | null
  end_time: string | null
  estimated_completion: string | null
  triggered_by: string | null
  source: OperationSource
  store_id: StoreId | null
  operation_data: Record<string, unknown>
  error_details: Record<string, unknown> | null
  performance_metrics: Record<string, unknown>
  /** The fence: raised by each worker that claims the operation; a write of an older attempt changes nothing. */
  attempt: number
  retry_of: OperationId | null
  cancel_requested_at: string | null
  lease_owner: string | null
  lease_until: string | null
  /** Grows by one with each write. */
  rev: number
  created_at: string
  updated_at: string
}

/** The columns in the order in which frames carry them. */
export const OPERATION_FIELDS = [
  'id',
  'rev',
  'operation_key',
  'operation_type',
  'status',
  'progress',
  'total_items',
  'processed_items',
  'failed_items',
  'total_bytes',
  'processed_bytes',
  'phase',
  'message',
  'start_time',
  'end_time',
  'estimated_completion',
  'triggered_by',
  'source',
  'store_id',
  'operation_data',
  'error_details',
  'performance_metrics',
  'attempt',
  'retry_of',
  'cancel_requested_at',
  'lease_owner',
  'lease_until',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof OperationRow)[]

/** The columns that progress alone changes: a delta of nothing but progress carries only these. */
export const OPERATION_PROGRESS_FIELDS = [
  'id',
  'rev',
  'progress',
  'total_items',
  'processed_items',
  'failed_items',
  'total_bytes',
  'processed_bytes',
  'phase',
  'message',
  'estimated_completion',
  'performance_metrics',
  'lease_until',
  'updated_at',
] as const satisfies readonly (keyof OperationRow)[]
