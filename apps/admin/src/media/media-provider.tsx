import type { Attention, LibraryClient } from '@syncwatch/client/library'
import { useIsLive } from '@syncwatch/react'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { MediaContext } from './media-context.ts'
import { useStoresChange } from './use-stores-change.ts'

/** Gives the API of the library to the pages, and what waits for a person, read again whenever a store changed. */
export function MediaProvider({ api, children }: { api: LibraryClient; children: ReactNode }): ReactNode {
  const [attention, setAttention] = useState<Attention | null>(null)
  const [attentionProblem, setProblem] = useState<string | null>(null)
  const latest = useRef(0)
  const isLive = useIsLive()
  const change = useStoresChange()
  const refreshAttention = useCallback(() => {
    latest.current += 1
    const asked = latest.current
    api.attention().then(
      (answer) => {
        if (asked !== latest.current) return
        setAttention(answer)
        setProblem(null)
      },
      (error: Error) => asked === latest.current && setProblem(error.message),
    )
  }, [api])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of a store says that what was read is stale
  useEffect(() => {
    if (isLive) refreshAttention()
  }, [refreshAttention, isLive, change])
  const value = useMemo(
    () => ({ api, attention, attentionProblem, refreshAttention }),
    [api, attention, attentionProblem, refreshAttention],
  )
  return <MediaContext value={value}>{children}</MediaContext>
}
