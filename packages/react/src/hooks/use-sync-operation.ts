'use client'
import type { SyncStatusState } from '@syncwatch/client'
import type { OperationRow } from '@syncwatch/core'
import { useCallback } from 'react'
import { useSyncState } from './use-sync-state.ts'

/** One operation by its id or `operation_key`; null where it is not among those that are held. */
export function useSyncOperation(idOrKey: string): OperationRow | null {
  const select = useCallback(
    (state: SyncStatusState) =>
      state.operations[idOrKey] ?? Object.values(state.operations).find((row) => row.operation_key === idOrKey) ?? null,
    [idOrKey],
  )
  return useSyncState(select)
}
