import type { HttpClient } from '@syncwatch/client'
import type { HealthReport } from '@syncwatch/core'
import { useSyncStatusContext } from '@syncwatch/react'
import { useStrings } from '@syncwatch/react/parts'
import { useState } from 'react'

/** A change of the health over HTTP: its answer is shown at once, its refusal stays as a sentence. */
export interface Change {
  /** Resolves to whether it was done. */
  change: (call: (http: HttpClient) => Promise<HealthReport>) => Promise<boolean>
  isBusy: boolean
  refusal: string | null
}

export function useChange(): Change {
  const { client } = useSyncStatusContext()
  const strings = useStrings()
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const change: Change['change'] = async (call) => {
    if (!client) return false
    setBusy(true)
    setRefusal(null)
    try {
      const health = await call(client.http)
      client.apply({ type: 'health', health, at: health.evaluated_at })
      return true
    } catch (error) {
      setRefusal(strings.refused(error instanceof Error ? error.message : String(error)))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { change, isBusy, refusal }
}
