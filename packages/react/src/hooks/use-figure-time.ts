'use client'
import { type SyncStatusState, selectIsLive, serverNow } from '@syncwatch/client'
import { useCallback } from 'react'
import { useNow } from './use-now.ts'
import { useSyncState } from './use-sync-state.ts'

/**
 * The server's time that live figures are of: it ticks while connected and stands at the last update otherwise, so that nothing seems to
 * stall, or to be about to end, only because we do not hear of it. Null before hydration.
 */
export function useFigureTime(): number | null {
  const now = useNow(1000)
  const select = useCallback(
    (state: SyncStatusState) => {
      const local = selectIsLive(state) || state.lastUpdate === null ? now : Date.parse(state.lastUpdate)
      return now === null || local === null ? null : serverNow(state, local)
    },
    [now],
  )
  return useSyncState(select)
}
