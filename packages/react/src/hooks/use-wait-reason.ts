'use client'
import { selectIsDatabaseAway } from '@syncwatch/client'
import { useConnection } from './use-connection.ts'
import { useStrings } from './use-strings.ts'
import { useSyncState } from './use-sync-state.ts'

/** Why nothing can be changed now, as a sentence for the buttons that wait; null when they need not. */
export function useWaitReason(): string | null {
  const strings = useStrings()
  const { status, role } = useConnection()
  const isDatabaseAway = useSyncState(selectIsDatabaseAway)
  if (status !== 'connected') return strings.waitsForConnection
  if (isDatabaseAway) return strings.waitsForDatabase
  return role === 'viewer' ? strings.notAllowed : null
}
