import type { OperationCounts } from '@syncwatch/core'
import { applyReport } from './apply-report.ts'
import type { StatusReport } from './sync-status-event.ts'
import type { ConnectionState, SyncStatusState } from './sync-status-state.ts'

/** The state before anything is known. With the body of `GET /api/v1/status` it is ready for server rendering. */
export function initialSyncStatusState(report?: StatusReport): SyncStatusState {
  const empty: SyncStatusState = {
    connection: initialConnection(),
    operations: {},
    openIds: [],
    endedIds: [],
    counts: noOperations(),
    health: null,
    metrics: null,
    stores: [],
    topics: {},
    lastUpdate: null,
    isLoaded: false,
  }
  return report ? { ...applyReport(empty, report), lastUpdate: report.last_update } : empty
}

export function initialConnection(): ConnectionState {
  return {
    status: 'disconnected',
    lastPing: '',
    latency: 0,
    reconnectAttempts: 0,
    isInitial: true,
    isLost: false,
    nextAttemptAt: null,
    error: null,
    role: null,
    serverTimeOffset: 0,
  }
}

function noOperations(): OperationCounts {
  return { pending: 0, in_progress: 0, completed: 0, failed: 0, cancelled: 0 }
}
