'use client'
import { useCallback, useSyncExternalStore } from 'react'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/**
 * The time in epoch milliseconds, anew every `everyMs`; null while rendering on a server and while hydrating, when relative words
 * would not match, so that a component shows an absolute time then.
 */
export function useNow(everyMs: number): number | null {
  const { ticker } = useSyncStatusContext()
  const subscribe = useCallback((listener: () => void) => ticker.subscribe(everyMs, listener), [ticker, everyMs])
  return useSyncExternalStore(
    subscribe,
    () => ticker.read(everyMs),
    () => null,
  )
}
