'use client'
import { type SyncStatusState, serverNow } from '@syncwatch/client'
import { useCallback } from 'react'
import { useSyncState } from './use-sync-state.ts'

/** The server's time for a local one, so that ages are right although the local clock is not. Null stays null. */
export function useServerNow(localNow: number | null): number | null {
  const select = useCallback(
    (state: SyncStatusState) => (localNow === null ? null : serverNow(state, localNow)),
    [localNow],
  )
  return useSyncState(select)
}
