import type { OperationId, StoreId } from '../ids.ts'
import type { OperationSource, OperationType } from './operation-type.ts'

/** What a caller gives to begin an operation. Only the type is required. */
export interface CreateOperation {
  operation_type: OperationType
  operation_key?: string
  total_items?: number
  total_bytes?: number
  triggered_by?: string
  source?: OperationSource
  store_id?: StoreId
  operation_data?: Record<string, unknown>
  retry_of?: OperationId
  message?: string
}
