'use client'
import { type SyncStatusState, selectActiveOperationsCount, selectIsConnected } from '@syncwatch/client'
import type { HealthReport, HealthStatus } from '@syncwatch/core'
import { useSyncState } from './use-sync-state.ts'

/** Health as a page can always read it: `unknown` until the server has said something. */
export type SystemHealth = { status: HealthStatus; report: HealthReport } | { status: 'unknown'; report: null }

/** What `useSyncStatus` gives. */
export interface SyncStatusSummary {
  isConnected: boolean
  /** The true number of open operations, also where fewer are held. */
  activeOperationsCount: number
  systemHealth: SystemHealth
  /** ISO time of the last change that was received; null before the first. */
  lastUpdate: string | null
}

const UNKNOWN: SystemHealth = { status: 'unknown', report: null }
const known = new WeakMap<HealthReport, SystemHealth>()

/** The sync status in four values. For more, use the narrower hooks: a component renders again only for what it reads. */
export function useSyncStatus(): SyncStatusSummary {
  return useSyncState(summarise)
}

function summarise(state: SyncStatusState): SyncStatusSummary {
  return {
    isConnected: selectIsConnected(state),
    activeOperationsCount: selectActiveOperationsCount(state),
    systemHealth: healthOf(state.health),
    lastUpdate: state.lastUpdate,
  }
}

/** One object a report, so that an unchanged health stays the same value. */
function healthOf(report: HealthReport | null): SystemHealth {
  if (!report) return UNKNOWN
  const health = known.get(report) ?? { status: report.status, report }
  known.set(report, health)
  return health
}
