'use client'
import type { VerdictKind } from '@syncwatch/client'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { usePresence } from '../hooks/use-presence.ts'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'

const SPEAK_AT_MOST_EVERY_MS = 10_000

/**
 * Speaks a sentence to screen readers when the kind of verdict changes, at most every 10 s; not what a page begins with. Of several
 * on a page only the first speaks.
 */
export function LiveRegion({ kind, sentence }: { kind: VerdictKind; sentence: string }): ReactNode {
  const { clock } = useSyncStatusContext()
  const isVoice = usePresence('voice')
  const [spoken, setSpoken] = useState('')
  const last = useRef({ kind, at: Number.NEGATIVE_INFINITY })
  const latest = useRef(sentence)
  useEffect(() => {
    latest.current = sentence
  }, [sentence])
  useEffect(() => {
    if (kind === last.current.kind) return
    if (last.current.kind === 'loading') {
      last.current = { kind, at: last.current.at }
      return
    }
    const wait = Math.max(0, last.current.at + SPEAK_AT_MOST_EVERY_MS - clock.monotonic())
    const timer = clock.setTimeout(() => {
      last.current = { kind, at: clock.monotonic() }
      setSpoken(latest.current)
    }, wait)
    return () => timer.cancel()
  }, [clock, kind])
  return (
    <span className="sw-hidden" role="status" aria-live="polite">
      {isVoice ? spoken : ''}
    </span>
  )
}
