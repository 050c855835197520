import { useIsLive } from '@syncwatch/react'
import { useCallback, useEffect, useRef, useState } from 'react'

export interface Loaded<Data> {
  /** What was read last; null before. It stays while it is read again, and when that fails. */
  data: Data | null
  /** Why the last attempt failed. */
  problem: Error | null
  isLoading: boolean
  reload: () => void
}

/** Reads something over HTTP: at once, whenever `change` is another one, and when the connection is back. Give `read` by `useCallback`. */
export function useLoaded<Data>(read: () => Promise<Data>, change: unknown = null): Loaded<Data> {
  const [state, setState] = useState<{ of: unknown; data: Data | null; problem: Error | null; isLoading: boolean }>({
    of: read,
    data: null,
    problem: null,
    isLoading: true,
  })
  const latest = useRef(0)
  const isLive = useIsLive()
  const reload = useCallback(() => {
    latest.current += 1
    const asked = latest.current
    const finish = (answer: { data: Data } | { problem: Error }) => {
      if (asked !== latest.current) return
      setState((before) => {
        const data = before.of === read ? before.data : null
        return 'data' in answer
          ? { of: read, data: answer.data, problem: null, isLoading: false }
          : { of: read, data, problem: answer.problem, isLoading: false }
      })
    }
    setState((before) => ({ ...before, isLoading: true }))
    read().then(
      (data) => finish({ data }),
      (problem: Error) => finish({ problem }),
    )
  }, [read])
  // biome-ignore lint/correctness/useExhaustiveDependencies: both say that what was read is stale
  useEffect(() => reload(), [reload, change, isLive])
  const isOfThis = state.of === read
  return {
    data: isOfThis ? state.data : null,
    problem: isOfThis ? state.problem : null,
    isLoading: !isOfThis || state.isLoading,
    reload,
  }
}
