'use client'
import { selectIsLive } from '@syncwatch/client'
import { useSyncState } from './use-sync-state.ts'

/** Whether what is shown is the present. False from the first moment without a connection, and while the server's database is away. */
export function useIsLive(): boolean {
  return useSyncState(selectIsLive)
}
