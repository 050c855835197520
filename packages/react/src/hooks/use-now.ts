'use client'
import { useEffect, useState } from 'react'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/**
 * The time, anew every `everyMs`; null while rendering on a server and while hydrating, when relative words would not
 * match, so that a component shows an absolute time then.
 */
export function useNow(everyMs: number): number | null {
  const { clock } = useSyncStatusContext()
  const [time, setTime] = useState<number | null>(null)
  useEffect(() => {
    setTime(clock.now())
    const timer = globalThis.setInterval(() => setTime(clock.now()), everyMs)
    return () => globalThis.clearInterval(timer)
  }, [clock, everyMs])
  return time
}
