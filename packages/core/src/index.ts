export { isOwnOrigin } from './access/own-origin.ts'
export type { Principal } from './access/principal.ts'
export type { AssetDetail } from './asset/asset-detail.ts'
export type { AssetReplicaRow } from './asset/asset-replica-row.ts'
export type { AssetRow } from './asset/asset-row.ts'
export type { AssetSyncState } from './asset/asset-sync-state.ts'
export type { AssetUsage } from './asset/asset-usage.ts'
export type { AssetVersion } from './asset/asset-version.ts'
export type { CollectionRow } from './asset/collection-row.ts'
export { type BackoffOptions, fullJitterBackoff } from './backoff/full-jitter-backoff.ts'
export {
  CONFLICT_RESOLUTIONS,
  CONFLICT_STATES,
  type ConflictResolution,
  type ConflictRow,
  type ConflictSideRow,
  type ConflictState,
} from './conflict/conflict-row.ts'
export {
  CONNECTION_STATUSES,
  type ConnectionRow,
  type ConnectionStatus,
  type ConnectionStatusName,
} from './connection/connection-status.ts'
export { type Cursor, compareCursors } from './cursor.ts'
export { ERROR_CATALOGUE, type ErrorCode, type ErrorFacts } from './error-catalogue.ts'
export { isSyncwatchError, SyncwatchError } from './errors.ts'
export { EVENT_KINDS, type EventKind, type EventRow } from './event/event-row.ts'
export { CLOSE_CODES, type CloseCode } from './frames/close-code.ts'
export type { Delta } from './frames/down/delta.ts'
export type { DownFrame } from './frames/down/down-frame.ts'
export type { ErrorFrame } from './frames/down/error-frame.ts'
export type { Goodbye } from './frames/down/goodbye.ts'
export type { Pong } from './frames/down/pong.ts'
export type { Ready } from './frames/down/ready.ts'
export type { OperationCounts, OperationsSnapshot, RowsSnapshot, Snapshot } from './frames/down/snapshot.ts'
export type { Role, Welcome } from './frames/down/welcome.ts'
export type { LiveRow } from './frames/live-row.ts'
export { type OperationFilter, operationFilterSchema } from './frames/operation-filter.ts'
export { PROTOCOL_VERSION } from './frames/protocol.ts'
export { REALTIME_EVENTS_PATH, REALTIME_PATH } from './frames/realtime-paths.ts'
export { parseTopic, type Topic } from './frames/topic.ts'
export { type Hello, helloSchema } from './frames/up/hello.ts'
export { type Pace, paceSchema } from './frames/up/pace.ts'
export { parseUpFrame, UP_FRAME_LIMIT } from './frames/up/parse-up-frame.ts'
export { type Ping, pingSchema } from './frames/up/ping.ts'
export { type Subscribe, subscribeSchema } from './frames/up/subscribe.ts'
export { type Unsubscribe, unsubscribeSchema } from './frames/up/unsubscribe.ts'
export { type UpFrame, upFrameSchema } from './frames/up/up-frame.ts'
export { evaluateHealth, performanceScore } from './health/evaluate-health.ts'
export {
  type Acknowledgement,
  type FinishedCounts,
  HEALTH_WINDOW,
  type HealthInput,
  type StalledOperation,
  type StoreFreshness,
} from './health/health-input.ts'
export {
  HEALTH_REASON_CODES,
  HEALTH_STATUSES,
  type HealthReason,
  type HealthReasonCode,
  type HealthReport,
  type HealthStatus,
} from './health/health-report.ts'
export { HEALTH_RULES, type HealthRule, HYSTERESIS, type MeasuredCode } from './health/health-rules.ts'
export {
  type AssetId,
  isUuid,
  type NodeId,
  type OperationId,
  type StoreId,
} from './ids.ts'
export {
  type AcknowledgeHealth,
  acknowledgeHealthSchema,
  healthReasonCodeSchema,
} from './inputs/acknowledge-health-schema.ts'
export { completeOperationSchema } from './inputs/complete-operation-schema.ts'
export { createOperationSchema, OPERATION_KEY_LIMIT } from './inputs/create-operation-schema.ts'
export { type FirstProblem, firstProblem } from './inputs/first-problem.ts'
export {
  ITEM_KEY_LIMIT,
  ITEM_REPORTS_LIMIT,
  itemReportSchema,
  itemReportsSchema,
} from './inputs/item-report-schema.ts'
export { JSON_RECORD_LIMIT, jsonRecord } from './inputs/json-record.ts'
export { count, percent } from './inputs/numbers.ts'
export { type OperationEvent, operationEventSchema } from './inputs/operation-event-schema.ts'
export { type Defined, parseInput, parseProgressPatch } from './inputs/parse-input.ts'
export { isStorable, optionalText, plainText } from './inputs/plain-text.ts'
export { progressPatchSchema } from './inputs/progress-patch-schema.ts'
export { syncStatusUpdateSchema } from './inputs/sync-status-update-schema.ts'
export { uuid } from './inputs/uuid.ts'
export type { ItemReport } from './item/item-report.ts'
export { ITEM_ACTIONS, ITEM_STATES, type ItemAction, type ItemRow, type ItemState } from './item/item-row.ts'
export type { AbortSignalLike } from './kernel/abort-signal-like.ts'
export type { Clock, TimerHandle } from './kernel/clock.ts'
export { compare } from './kernel/compare.ts'
export type { Random } from './kernel/random.ts'
export { sleep } from './kernel/sleep.ts'
export { systemClock } from './kernel/system-clock.ts'
export { systemRandom } from './kernel/system-random.ts'
export {
  computeMetrics,
  type MeasuredOperation,
  type MetricsWindow,
  percentile,
} from './metrics/compute-metrics.ts'
export type { MetricsReport, PerformanceMetrics } from './metrics/performance-metrics.ts'
export {
  applyProgress,
  checkProgress,
  FINISHING_PHASE,
  OPEN_PROGRESS_LIMIT,
  type ProgressFields,
  percentOfCounts,
} from './operation/apply-progress.ts'
export type { CompleteOperation } from './operation/complete-operation.ts'
export type { CreateOperation } from './operation/create-operation.ts'
export {
  isHeld,
  OPERATION_COMMANDS,
  OPERATION_MACHINE_TABLE,
  type OperationCommand,
  type OperationMachineEntry,
  type OperationState,
  type OperationStep,
  type StepTime,
  transition,
} from './operation/operation-machine.ts'
export { OPERATION_FIELDS, OPERATION_PROGRESS_FIELDS, type OperationRow } from './operation/operation-row.ts'
export {
  ENDED_STATUSES,
  type EndedStatus,
  isEnded,
  OPERATION_STATUSES,
  type OperationStatus,
} from './operation/operation-status.ts'
export {
  OPERATION_SOURCES,
  OPERATION_TYPES,
  type OperationSource,
  type OperationType,
} from './operation/operation-type.ts'
export type { ProgressPatch } from './operation/progress-patch.ts'
export type { SyncStatusUpdate } from './operation/sync-status-update.ts'
export { type Problem, problemHeaders, toProblem } from './problem.ts'
export {
  type CompletionRange,
  estimateCompletion,
  type ProgressTotals,
  stalledSince,
} from './progress/estimate-completion.ts'
export { estimatedCompletion, type LiveFigures, liveFigures } from './progress/live-figures.ts'
export {
  type MeasuredRate,
  observeProgress,
  type ProgressRate,
  type ProgressSample,
  RATE_HALF_LIFE_MS,
  ratesOf,
} from './progress/observe-progress.ts'
export { STALLED_AFTER_MS, stalledFor } from './progress/stalled-operation.ts'
export {
  type AppliedFrame,
  applyDelta,
  applySnapshot,
  type ReplicaGap,
  type ReplicaRow,
  type ReplicaRows,
} from './replica/apply-frame.ts'
export { buildDelta, type DeltaChange } from './replica/build-delta.ts'
export { ALL_MOVED, movedColumns } from './replica/moved-columns.ts'
export type { StoreKind, StoreMode, StoreSummary } from './store/store-summary.ts'
export { byteWords } from './words/byte-words.ts'
