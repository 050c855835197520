'use client'
import type { SyncStatusState } from '@syncwatch/client'
import type { StoreSummary } from '@syncwatch/core'
import { useSyncState } from './use-sync-state.ts'

const storesOf = (state: SyncStatusState): StoreSummary[] => state.stores

/** The connected stores with their freshness. */
export function useStores(): StoreSummary[] {
  return useSyncState(storesOf)
}
