'use client'
import type { ReactNode } from 'react'
import { useIsLive } from '../hooks/use-is-live.ts'
import { useSyncState } from '../hooks/use-sync-state.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'

/** "as of 14:02:31" while what is shown is not the present; empty otherwise. */
export function AsOf(): ReactNode {
  const { strings } = useSyncStatusContext()
  const isLive = useIsLive()
  const lastUpdate = useSyncState((state) => state.lastUpdate)
  const text = isLive || lastUpdate === null ? '' : strings.words.asOf(strings.words.time(lastUpdate))
  return <p className="sw-asof">{text}</p>
}
