'use client'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useSyncStatusContext } from '../hooks/use-sync-status-context.ts'

const SPEAK_AT_MOST_EVERY_MS = 10_000

/** Speaks a sentence to screen readers when `state` changes, at most every 10 s, and never on the first rendering. */
export function LiveRegion({ state, sentence }: { state: string; sentence: string }): ReactNode {
  const { clock } = useSyncStatusContext()
  const [spoken, setSpoken] = useState('')
  const last = useRef({ state, at: Number.NEGATIVE_INFINITY })
  const latest = useRef(sentence)
  latest.current = sentence
  useEffect(() => {
    if (state === last.current.state) return
    const wait = Math.max(0, last.current.at + SPEAK_AT_MOST_EVERY_MS - clock.monotonic())
    const timer = clock.setTimeout(() => {
      last.current = { state, at: clock.monotonic() }
      setSpoken(latest.current)
    }, wait)
    return () => timer.cancel()
  }, [clock, state])
  return (
    <span className="sw-hidden" role="status" aria-live="polite">
      {spoken}
    </span>
  )
}
