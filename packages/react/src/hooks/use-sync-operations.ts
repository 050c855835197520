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
      return [...state.openIds, ...state.endedIds]
        .flatMap((id) => state.operations[id] ?? [])
        .filter(
          (row) =>
            (!wantedStatuses || wantedStatuses.includes(row.status)) &&
            (!wantedTypes || wantedTypes.includes(row.operation_type)) &&
            (store_id === undefined || row.store_id === store_id),
        )
        .slice(0, limit)
    },
    [statuses, types, store_id, limit],
  )
  return useSyncState(select)
}
