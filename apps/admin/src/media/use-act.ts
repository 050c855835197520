import { useState } from 'react'

export interface Act {
  /** Carries a change out. Resolves to its answer, and to null where it was refused: the refusal stands then. */
  act: <Answer>(change: () => Promise<Answer>) => Promise<Answer | null>
  isBusy: boolean
  refusal: Error | null
  clear: () => void
}

/** A change over HTTP: nothing is shown as done before the server has said so. */
export function useAct(): Act {
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Error | null>(null)
  const act: Act['act'] = async (change) => {
    setBusy(true)
    setRefusal(null)
    try {
      return await change()
    } catch (error) {
      setRefusal(error instanceof Error ? error : new Error(String(error)))
      return null
    } finally {
      setBusy(false)
    }
  }
  return { act, isBusy, refusal, clear: () => setRefusal(null) }
}
