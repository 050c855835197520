export { createSyncStatusManager } from './create-sync-status-manager.ts'
export type { HealthProbe } from './health/health-service.ts'
export type { HintBus, HintListening } from './hub/hint-bus.ts'
export type { HubState, LiveHub, RowChange, TopicBatch, TopicView } from './hub/live-hub.ts'
export type { TopicSource } from './hub/topic-source.ts'
export type { OperationHandler } from './leases/recovery.ts'
export { DEFAULT_TIMING, type StatusTiming, type SyncStatusManagerOptions } from './manager-options.ts'
export type {
  ConnectionReport,
  CreateOperation,
  ItemReport,
  OperationQuery,
  OperationRun,
  Page,
  ProgressPatch,
  SnapshotRow,
  SnapshotType,
  StatusOverview,
  SyncStatus,
} from './manager-port.ts'
export { SNAPSHOT_TYPES } from './manager-port.ts'
export { type StatusLogger, silentLogger } from './status-logger.ts'
export { SyncStatusManager } from './sync-status-manager.ts'
