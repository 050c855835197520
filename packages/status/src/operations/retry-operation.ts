import { type CreateOperation, isEnded, type OperationRow, type OperationSource, SyncwatchError } from '@syncwatch/core'

/** The new operation that tries an ended one again. Throws `illegal_transition` while that is still open. */
export function retryOf(
  row: OperationRow,
  by: { triggered_by?: string; source?: OperationSource } = {},
): CreateOperation {
  if (!isEnded(row.status))
    throw new SyncwatchError(
      'illegal_transition',
      `The operation is ${row.status}: only an ended one can be tried again.`,
      {
        details: { from: row.status, command: 'retry' },
      },
    )
  const triggered_by = by.triggered_by ?? row.triggered_by
  return {
    operation_type: row.operation_type,
    source: by.source ?? 'manual',
    retry_of: row.id,
    operation_data: row.operation_data,
    ...(triggered_by !== null && { triggered_by }),
    ...(row.total_items !== null && { total_items: row.total_items }),
    ...(row.total_bytes !== null && { total_bytes: row.total_bytes }),
    ...(row.store_id !== null && { store_id: row.store_id }),
  }
}
