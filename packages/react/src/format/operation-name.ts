import type { OperationRow, StoreSummary } from '@syncwatch/core'
import type { SyncStatusStrings } from '../strings.ts'

/** What a person calls an operation: its type, and its store where it has one. */
export function operationName(
  row: OperationRow,
  strings: SyncStatusStrings,
  stores: readonly StoreSummary[] = [],
): string {
  const type = strings.operationTypes[row.operation_type] ?? row.operation_type
  const store = row.store_id === null ? undefined : stores.find((candidate) => candidate.id === row.store_id)
  return store ? `${type} · ${store.name}` : type
}
