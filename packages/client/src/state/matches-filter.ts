import type { OperationFilter, OperationRow } from '@syncwatch/core'

/** Whether a row passes a filter: within a list any, between the lists all. */
export function matchesFilter(row: OperationRow, filter: OperationFilter): boolean {
  return (
    (!filter.operation_type || filter.operation_type.includes(row.operation_type)) &&
    (!filter.status || filter.status.includes(row.status)) &&
    (!filter.store_id || (row.store_id !== null && filter.store_id.includes(row.store_id))) &&
    (!filter.id || filter.id.includes(row.id))
  )
}
