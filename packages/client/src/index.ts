export { STALLED_AFTER_MS, stalledFor } from '@syncwatch/core'
export type { SyncClientOptions, TopicRequest } from './client/client-options.ts'
export { createSyncClient } from './client/create-sync-client.ts'
export type { StateSource, SyncClient } from './client/sync-client.ts'
export type { SyncClientEvents } from './client/sync-client-events.ts'
export { type BrowserGlobals, browserEnvironment } from './environment/browser-environment.ts'
export type { Environment, EnvironmentEvent } from './environment/environment.ts'
export { nodeEnvironment } from './environment/node-environment.ts'
export type {
  AcknowledgeHealthInput,
  CallOptions,
  CompleteInput,
  CreateOperationInput,
  ItemsQuery,
  OperationsQuery,
  Page,
  PageQuery,
  ProgressInput,
  SnapshotRow,
  SnapshotsQuery,
  SnapshotType,
} from './http/api-inputs.ts'
export { ClientError, type ClientErrorCode, isClientError } from './http/client-error.ts'
export type { AbortControllerLike, FetchInit, FetchLike, ResponseLike, StreamReader } from './http/fetch-like.ts'
export { createHttpClient, type HttpClient, type HttpClientOptions, type OperationCalls } from './http/http-client.ts'
export { FAILURE_WINDOW_MS, selectFailures } from './state/failures.ts'
export { MAX_ENDED, MAX_OPEN } from './state/held-operations.ts'
export { initialSyncStatusState } from './state/initial-state.ts'
export { matchesFilter } from './state/matches-filter.ts'
export {
  createEndedOperationsSelector,
  createOpenOperationsSelector,
  createOperationsSelector,
  type OperationsSelector,
} from './state/operation-selectors.ts'
export { percentOf, selectOverallProgress } from './state/overall-progress.ts'
export { reduce } from './state/reduce.ts'
export {
  selectActiveOperationsCount,
  selectConnection,
  selectIsConnected,
  selectIsDatabaseAway,
  selectIsLive,
  selectIsStale,
  selectLastUpdate,
  selectOperation,
  selectSystemHealth,
  selectTopicRows,
  serverNow,
} from './state/selectors.ts'
export { selectStalled } from './state/stalled.ts'
export type { StatusReport, SyncStatusEvent } from './state/sync-status-event.ts'
export type { ConnectionState, SyncStatusState } from './state/sync-status-state.ts'
export type {
  Transport,
  TransportClose,
  TransportListener,
  TransportName,
  TransportSession,
} from './transport/transport.ts'
export type { WebSocketConstructor, WebSocketLike } from './transport/web-socket-like.ts'
export { ageWords, selectAsOf } from './words/as-of.ts'
export { englishWords } from './words/english-words.ts'
export { etaWords } from './words/eta-words.ts'
export { selectVerdict } from './words/select-verdict.ts'
export { clockTime, plainSpan } from './words/spans.ts'
export { VERIFIED_FOR_MS } from './words/stores-verdict.ts'
export type { Verdict, VerdictKind, VerdictTone } from './words/verdict.ts'
export type { ShortWords, SyncWords } from './words/words.ts'
