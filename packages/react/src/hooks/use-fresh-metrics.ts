'use client'
import { useEffect } from 'react'
import { useIsLive } from './use-is-live.ts'
import { useNow } from './use-now.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

const EVERY_MS = 15_000

/** Asks for the metrics while the calling component is shown: they are no live topic. A call that fails leaves the last ones. */
export function useFreshMetrics(): void {
  const { client, clock } = useSyncStatusContext()
  const isLive = useIsLive()
  const tick = useNow(EVERY_MS)
  useEffect(() => {
    if (!client || !isLive || tick === null) return
    let isGone = false
    client.http.status().then(
      ({ metrics }) => {
        if (metrics && !isGone) client.apply({ type: 'metrics', metrics, at: new Date(clock.now()).toISOString() })
      },
      () => {},
    )
    return () => {
      isGone = true
    }
  }, [client, clock, isLive, tick])
}
