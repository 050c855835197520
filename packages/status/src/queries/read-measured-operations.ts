import type { OperationStatus } from '@syncwatch/core'

export interface MeasuredOperationRow {
  status: OperationStatus
  operation_type: string
  store_id: string | null
  start: number | null
  end: number | null
  items: number
  bytes: number
}

/** Operations that ended within the last $1 seconds, and those that run; the latest $2. Times in epoch milliseconds. */
export const readMeasuredOperations = (schema: string) => `
  (SELECT status, operation_type, store_id, extract(epoch FROM start_time)::float8 * 1000 AS start,
     extract(epoch FROM end_time)::float8 * 1000 AS end, processed_items AS items, processed_bytes AS bytes
   FROM ${schema}.sync_operations WHERE end_time > now() - $1 * interval '1 second'
   ORDER BY end_time DESC LIMIT $2)
  UNION ALL
  (SELECT status, operation_type, store_id, extract(epoch FROM start_time)::float8 * 1000, NULL, processed_items,
     processed_bytes
   FROM ${schema}.sync_operations WHERE status = 'in_progress' LIMIT $2)`
