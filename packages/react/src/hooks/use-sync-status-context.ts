import { useContext } from 'react'
import { SyncStatusContext, type SyncStatusContextValue } from '../provider/sync-status-context.ts'

/** The provider's value. Throws where there is no provider, saying so. */
export function useSyncStatusContext(): SyncStatusContextValue {
  const value = useContext(SyncStatusContext)
  if (value === null) throw new Error('Put <SyncStatusProvider> around what uses the sync status.')
  return value
}
