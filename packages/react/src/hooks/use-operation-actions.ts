'use client'
import type { OperationRow } from '@syncwatch/core'
import { useState } from 'react'
import { useStrings } from './use-strings.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'
import { useWaitReason } from './use-wait-reason.ts'

/** Cancel and retry of one operation. They wait for the connection; a refusal is kept as a sentence. */
export interface OperationActions {
  cancel: () => void
  retry: () => void
  /** Nothing can be changed now: not connected, not allowed, or a call is under way. */
  isDisabled: boolean
  /** Why, where there is more to say than that a call is under way. */
  reason: string | null
  refusal: string | null
}

export function useOperationActions(row: Pick<OperationRow, 'id'>): OperationActions {
  const { client } = useSyncStatusContext()
  const strings = useStrings()
  const reason = useWaitReason()
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const call = (action: 'cancel' | 'retry') => {
    if (!client) return
    setBusy(true)
    setRefusal(null)
    client.http.operations[action](row.id)
      .then((operation) => client.apply({ type: 'operations', operations: [operation], at: operation.updated_at }))
      .catch((error: unknown) => setRefusal(strings.refused(error instanceof Error ? error.message : String(error))))
      .finally(() => setBusy(false))
  }
  return {
    cancel: () => call('cancel'),
    retry: () => call('retry'),
    isDisabled: !client || reason !== null || isBusy,
    reason,
    refusal,
  }
}
