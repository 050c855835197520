import type { SnapshotRow } from '@syncwatch/client'
import { useIsLive, useNow, useSyncStatusContext } from '@syncwatch/react'
import { useEffect, useState } from 'react'

const EVERY_MS = 60_000
const MOST = 200

/** The hourly snapshots, read anew every minute while connected; null until they are there. */
export function useSnapshots(): { snapshots: SnapshotRow[] | null; problem: string | null } {
  const { client } = useSyncStatusContext()
  const isLive = useIsLive()
  const tick = useNow(EVERY_MS)
  const [snapshots, setSnapshots] = useState<SnapshotRow[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each tick they are read anew
  useEffect(() => {
    if (!client || !isLive) return
    let isGone = false
    client.http.snapshots.list({ type: 'hourly', limit: MOST }).then(
      (page) => {
        if (isGone) return
        setSnapshots(page.items)
        setProblem(null)
      },
      (error: unknown) => !isGone && setProblem(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      isGone = true
    }
  }, [client, isLive, tick])
  return { snapshots, problem }
}
