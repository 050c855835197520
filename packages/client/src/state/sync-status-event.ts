import type {
  DownFrame,
  HealthReport,
  OperationCounts,
  OperationRow,
  PerformanceMetrics,
  StoreSummary,
} from '@syncwatch/core'
import type { ConnectionState, SyncStatusState } from './sync-status-state.ts'

/** Everything that can change a `SyncStatusState`. `at` is an ISO time and becomes `lastUpdate`. */
export type SyncStatusEvent =
  | { type: 'frames'; frames: readonly DownFrame[]; at: string }
  | { type: 'connection'; connection: Partial<ConnectionState> }
  | { type: 'overview'; overview: StatusReport; at: string }
  | { type: 'operations'; operations: readonly OperationRow[]; at: string }
  | { type: 'health'; health: HealthReport; at: string }
  | { type: 'metrics'; metrics: PerformanceMetrics; at: string }
  /** Nobody follows it any more, or its rows belong to another history (a restored database). */
  | { type: 'topic-dropped'; topic: string }
  /** Drops operations that ended before `endedBefore` (ISO). */
  | { type: 'prune'; endedBefore: string }
  | { type: 'state'; state: SyncStatusState }

/** The body of `GET /api/v1/status`. `counts` and `stores` are absent where the host has none. */
export interface StatusReport {
  health: HealthReport | null
  metrics: PerformanceMetrics | null
  active_operations: OperationRow[]
  connections?: { connected: number; reconnecting: number; total: number }
  counts?: OperationCounts
  stores?: StoreSummary[]
  last_update: string | null
}
