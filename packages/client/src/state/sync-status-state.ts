import type {
  ConnectionStatus,
  ConnectionStatusName,
  HealthReport,
  LiveRow,
  OperationCounts,
  OperationRow,
  PerformanceMetrics,
  Role,
  StoreSummary,
} from '@syncwatch/core'

/**
 * The connection as people are shown it: the four names of `ConnectionStatus` with what a sentence about it needs.
 * Before the first attempt has an answer it is `disconnected` with `isInitial`; offline it is `disconnected`.
 */
export interface ConnectionState extends ConnectionStatus {
  status: ConnectionStatusName
  /** True until the first answer, so that a page can say "connecting" instead of "disconnected". */
  isInitial: boolean
  /** True once the loss has lasted 5 s; before that nothing flickers. */
  isLost: boolean
  /** When the next attempt starts, epoch milliseconds; null when none is planned. */
  nextAttemptAt: number | null
  /** Why it is not connected, as a sentence. */
  error: { code: string; message: string } | null
  /** What the session may do. */
  role: Role | null
  /** Add it to the local clock to get the server's, in milliseconds; 0 until known. */
  serverTimeOffset: number
}

/** Everything the client knows: plain data, so it serialises and renders on a server. */
export interface SyncStatusState {
  connection: ConnectionState
  /** Held operations by id: open ones up to 500, the last 200 ended. */
  operations: Record<string, OperationRow>
  /** Ids of open operations, oldest first. */
  openIds: string[]
  /** Ids of ended operations, latest first. */
  endedIds: string[]
  /** True numbers, beyond what is held. */
  counts: OperationCounts
  health: HealthReport | null
  metrics: PerformanceMetrics | null
  stores: StoreSummary[]
  /** Rows of the further topics that somebody follows: topic → id → row. */
  topics: Record<string, Record<string, LiveRow>>
  /** ISO time of the last confirmed change: "as of" when the connection is gone, or the server's database. */
  lastUpdate: string | null
  /** False until the first snapshot, or `initialState`, is in. */
  isLoaded: boolean
}
