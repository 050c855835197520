'use client'
import type { SyncStatusState } from '@syncwatch/client'
import type { HealthReport } from '@syncwatch/core'
import { useSyncState } from './use-sync-state.ts'

const healthOf = (state: SyncStatusState): HealthReport | null => state.health

/** The health report with its reasons; null until the server has sent one. */
export function useHealth(): HealthReport | null {
  return useSyncState(healthOf)
}
