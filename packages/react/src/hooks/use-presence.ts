'use client'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { PresenceKind } from '../provider/presence.ts'
import { useSyncStatusContext } from './use-sync-status-context.ts'

/** Announces the calling component as mounted; tells whether it is the first of its kind below the provider. */
export function usePresence(kind: PresenceKind): boolean {
  const { presence } = useSyncStatusContext()
  const [token] = useState(() => ({}))
  useEffect(() => presence.enter(kind, token), [presence, kind, token])
  return useSyncExternalStore(
    presence.subscribe,
    () => presence.isFirst(kind, token),
    () => false,
  )
}

/** Whether a component of this kind is mounted below the provider. */
export function useIsPresent(kind: PresenceKind): boolean {
  const { presence } = useSyncStatusContext()
  return useSyncExternalStore(
    presence.subscribe,
    () => presence.has(kind),
    () => false,
  )
}
