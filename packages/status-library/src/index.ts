export type {
  AbortSignalLike,
  Clock,
  ConnectionRow,
  ConnectionStatus,
  Cursor,
  EndedStatus,
  ErrorCode,
  EventRow,
  HealthReason,
  HealthReasonCode,
  HealthReport,
  HealthStatus,
  ItemRow,
  ItemState,
  MetricsReport,
  OperationId,
  OperationRow,
  OperationSource,
  OperationStatus,
  OperationType,
  PerformanceMetrics,
  Principal,
  Random,
  Role,
  StoreSummary,
  SyncStatusUpdate,
} from '@syncwatch/core'
export { ERROR_CATALOGUE, isSyncwatchError, SyncwatchError } from '@syncwatch/core'
export type { MigrateResult } from '@syncwatch/database'
export type { Authorize } from '@syncwatch/http'
export {
  type ConnectionReport,
  type CreateOperation,
  createSyncStatusManager,
  type HealthProbe,
  type HintBus,
  type HintListening,
  type ItemReport,
  type OperationHandler,
  type OperationQuery,
  type OperationRun,
  type Page,
  type ProgressPatch,
  type SnapshotRow,
  type SnapshotType,
  type StatusLogger,
  type StatusOverview,
  type SyncStatus,
  SyncStatusManager,
  type SyncStatusManagerOptions,
} from '@syncwatch/status-manager'
export type { AccessOptions } from './access-options.ts'
export { attachRealtime, type Realtime, type RealtimeOptions } from './attach-realtime.ts'
export { getSyncStatus, type SyncStatusReport } from './get-sync-status.ts'
export { type HandlerOptions, handler, type StatusHandler } from './handler.ts'
export { type MigrateOptions, migrate } from './migrate.ts'
export { type NodeStatusHandler, nodeHandler } from './node-handler.ts'
