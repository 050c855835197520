'use client'
import type { SyncStatusState } from '@syncwatch/client'
import type { OperationRow, OperationStatus, OperationType } from '@syncwatch/core'
import { useCallback } from 'react'
import { useSyncState } from './use-sync-state.ts'

/** Narrows `useSyncOperations`. Absent means all. */
export interface OperationSelection {
  status?: readonly OperationStatus[]
  operation_type?: readonly OperationType[]
  store_id?: string
  limit?: number
}

/** Held operations: open ones first, oldest first, then ended ones, latest first. */
export function useSyncOperations(selection: OperationSelection = {}): OperationRow[] {
  const { store_id, limit } = selection
  const statuses = selection.status?.join()
  const types = selection.operation_type?.join()
  const select = useCallback(
    (state: SyncStatusState) => {
      const wantedStatuses = statuses?.split(',')
      const wantedTypes = types?.split(',')
      const rows = [...state.openIds, ...state.endedIds]
        .map((id) => state.operations[id])
        .filter((row): row is OperationRow => row !== undefined)
        .filter(
          (row) =>
            (!wantedStatuses || wantedStatuses.includes(row.status)) &&
            (!wantedTypes || wantedTypes.includes(row.operation_type)) &&
            (store_id === undefined || row.store_id === store_id),
        )
      return limit === undefined ? rows : rows.slice(0, limit)
    },
    [statuses, types, store_id, limit],
  )
  return useSyncState(select)
}
