'use client'
import { type SyncStatusState, selectVerdict, type Verdict } from '@syncwatch/client'
import { useCallback } from 'react'
import { useNow } from './use-now.ts'
import { useSyncState } from './use-sync-state.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/** The one-sentence truth and how to colour it. Ages in it tick every 10 s; before hydration they are of the last update. */
export function useVerdict(): Verdict {
  const { strings } = useSyncStatusContext()
  const now = useNow(10_000)
  const select = useCallback(
    (state: SyncStatusState) =>
      selectVerdict(state, now ?? (state.lastUpdate ? Date.parse(state.lastUpdate) : 0), strings.words),
    [now, strings],
  )
  return useSyncState(select)
}
