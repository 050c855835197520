import type { OperationRow } from '@syncwatch/core'
import { useSyncOperation, useSyncStatusContext } from '@syncwatch/react'
import { useEffect, useState } from 'react'

/** One operation: from the live state where it is held there, else asked for once. */
export function useOperation(id: string): { row: OperationRow | null; problem: string | null } {
  const { client } = useSyncStatusContext()
  const live = useSyncOperation(id)
  const [asked, setAsked] = useState<OperationRow | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const isHeld = live !== null
  useEffect(() => {
    if (isHeld || !client) return
    let isGone = false
    client.http.operations
      .get(id)
      .then((row) => !isGone && setAsked(row))
      .catch((error: unknown) => !isGone && setProblem(error instanceof Error ? error.message : String(error)))
    return () => {
      isGone = true
    }
  }, [client, id, isHeld])
  return { row: live ?? (asked?.id === id ? asked : null), problem: live ? null : problem }
}
