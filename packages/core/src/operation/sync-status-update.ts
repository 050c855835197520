import type { OperationStatus } from './operation-status.ts'
import type { OperationType } from './operation-type.ts'

/** One announcement about an operation. `operation_id` is its uuid or its `operation_key`. */
export interface SyncStatusUpdate {
  operation_id: string
  operation_type: OperationType
  status: OperationStatus
  /** Percent, 0 to 100. */
  progress: number
  message?: string
  /** ISO 8601. */
  timestamp: string
  /** The row's `performance_metrics`. */
  // biome-ignore lint/suspicious/noExplicitAny: a public shape that users' code is written against
  performance_data?: Record<string, any>
}
