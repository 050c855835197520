'use client'
import { type SyncStatusState, selectIsStale } from '@syncwatch/client'
import { useSyncState } from './use-sync-state.ts'

const isLive = (state: SyncStatusState): boolean => state.connection.status === 'connected' && !selectIsStale(state)

/** Whether what is shown is the present. False while the connection is gone, from the first moment. */
export function useIsLive(): boolean {
  return useSyncState(isLive)
}
