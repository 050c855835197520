import type {
  AcknowledgeHealth,
  CompleteOperation,
  ConnectionRow,
  CreateOperation,
  Cursor,
  EndedStatus,
  EventRow,
  HealthReasonCode,
  HealthReport,
  ItemReport,
  ItemRow,
  ItemState,
  MetricsReport,
  OperationId,
  OperationRow,
  OperationSource,
  OperationStatus,
  OperationType,
  ProgressPatch,
  StoreId,
  SyncStatusUpdate,
} from '@syncwatch/core'
import type { ClientBase } from 'pg'
import type { LiveHub } from './hub/live-hub.ts'

export type { CreateOperation, ItemReport, ProgressPatch } from '@syncwatch/core'

export interface Page<Row> {
  items: Row[]
  /** Give it back as `cursor` for the next page; null at the end. */
  next_cursor: string | null
}

export interface OperationQuery {
  status?: OperationStatus[]
  operation_type?: OperationType[]
  store_id?: StoreId[]
  limit?: number
  cursor?: string
}

export interface ItemQuery {
  state?: ItemState[]
  /** Only those with a reason or remark (`error_code`), whatever their state. */
  remarked?: boolean
  limit?: number
  cursor?: string
}

/** Everything at once: `GET /api/v1/status` without the stores, which the host adds. */
export interface StatusOverview {
  health: HealthReport
  metrics: MetricsReport
  active_operations: OperationRow[]
  connections: {
    connected: number
    reconnecting: number
    total: number
    /** Round trips of those connected, milliseconds; null while nobody has measured one. */
    latency_ms: { p50: number; p95: number; p99: number } | null
  }
  last_update: string | null
}

/**
 * A claimed operation in the hands of one worker. Each write carries the attempt: once another worker has claimed the
 * operation, every call rejects with `fenced` and the signal is aborted.
 */
export interface OperationRun {
  readonly id: OperationId
  readonly attempt: number
  /** Aborted when somebody asked to cancel (reason: code `cancelled`) or the claim was lost (code `fenced`). */
  readonly signal: AbortSignal
  /**
   * To be awaited before each call that changes something outside the database, which no fence keeps out. Resolves while this
   * worker is known to hold the operation: at once where that was seen a moment ago, after asking the database where the process
   * was paused meanwhile, and not before the database answers. Rejects `fenced` when the claim is lost, and with the reason of an aborted `signal`.
   */
  held(signal?: AbortSignal): Promise<void>
  progress(patch: ProgressPatch): Promise<void>
  items(items: readonly ItemReport[]): Promise<void>
  /**
   * Writes items inside a transaction of the caller, so that they commit together with what they tell of. Locks the
   * operation's row against a newer attempt (`FOR SHARE`: a claim waits for the commit, a flush skips the row meanwhile) and
   * rejects `fenced` when the claim is lost, whereupon the caller rolls back.
   */
  itemsWithin(transaction: ClientBase, items: readonly ItemReport[]): Promise<void>
  event(kind: 'warning' | 'message' | 'error', message: string, data?: Record<string, unknown>): Promise<void>
  complete(status: EndedStatus, outcome?: Omit<CompleteOperation, 'status'>): Promise<OperationRow>
  /** Gives the operation up without ending it, so that it is recovered as after a crash. */
  release(): Promise<void>
}

/** The public face of the status system (see the class `SyncStatusManager`). */
export interface SyncStatus {
  readonly hub: LiveHub
  start(): Promise<void>
  /** Flushes what was accepted, closes what it opened, leaves open operations to be recovered. */
  stop(): Promise<void>

  /** With `transaction` the row is written there and exists when the caller commits (an operation and its job together). */
  createSyncOperation(input: CreateOperation, options?: { transaction?: ClientBase }): Promise<OperationId>
  updateSyncProgress(
    id: string,
    progress?: number | null,
    processed?: number,
    failed?: number,
    message?: string,
  ): Promise<void>
  /** The same with all the fields. `durability: 'await'` resolves on commit. */
  updateProgress(id: string, patch: ProgressPatch, options?: { durability?: 'accepted' | 'await' }): Promise<void>
  reportItems(id: string, items: readonly ItemReport[]): Promise<void>
  /**
   * Says afterwards what was found out about things that were imported or updated: on the items of these keys that are done and
   * have no remark, in the operations that are open or ended at `since` (ISO 8601) or later. Resolves to how many there were.
   */
  remarkOnItems(
    keys: readonly string[],
    since: string,
    remark: Required<Pick<ItemReport, 'error_code' | 'error_message'>>,
  ): Promise<number>
  addEvent(
    id: string,
    kind: 'warning' | 'message' | 'error',
    message: string,
    data?: Record<string, unknown>,
  ): Promise<void>
  completeSyncOperation(
    id: string,
    status: EndedStatus,
    errorDetails?: Record<string, unknown>,
    message?: string,
    figures?: Pick<CompleteOperation, 'peak_concurrency'>,
  ): Promise<OperationRow>
  cancelSyncOperation(id: string): Promise<OperationRow>
  retrySyncOperation(id: string, by?: { triggered_by?: string; source?: OperationSource }): Promise<OperationRow>
  broadcastSyncUpdate(update: SyncStatusUpdate): Promise<void>
  flush(): Promise<void>

  /**
   * Claims a pending or orphaned operation for this node and keeps the claim alive until it ends. With `lease: 'job'` the
   * caller holds a job that is the lease: the claim succeeds whoever had it before (attempt + 1), `lease_owner` names this
   * node, `lease_until` stays null and orphan recovery leaves the operation to the job. Rejects `illegal_transition` when
   * the operation has ended.
   */
  claim(id: OperationId, options?: { leaseSeconds?: number; lease?: 'own' | 'job' }): Promise<OperationRun>

  getOperation(id: string): Promise<OperationRow>
  listOperations(query?: OperationQuery): Promise<Page<OperationRow>>
  listItems(id: string, query?: ItemQuery): Promise<Page<ItemRow>>
  listEvents(id: string, query?: { limit?: number; cursor?: string }): Promise<Page<EventRow>>

  getStatus(): Promise<StatusOverview>
  getHealth(): Promise<HealthReport>
  /** Accepts a reason of the health until a time. Rejects `not_found` when it is none now. */
  acknowledgeHealth(input: AcknowledgeHealth, by: string): Promise<HealthReport>
  /** Takes that back: the reason counts again. */
  withdrawAcknowledgement(code: HealthReasonCode): Promise<HealthReport>
  getMetrics(windowSeconds?: number): Promise<MetricsReport>
  createSnapshot(type: SnapshotType): Promise<SnapshotRow>
  listSnapshots(query?: { type?: SnapshotType; limit?: number; cursor?: string }): Promise<Page<SnapshotRow>>
  cleanup(): Promise<{ operations: number; snapshots: number; connections: number }>

  /** Written in batches; the last value per client wins. */
  reportConnection(connection: ConnectionReport): void
  listConnections(query?: { limit?: number; cursor?: string }): Promise<Page<ConnectionRow>>
  /** Burns a ticket's nonce. False when it was used before, on any node. */
  burnNonce(nonce: string, expiresAt: Date): Promise<boolean>
  /** Rows changed at or after a cursor, and the next cursor: the SQL function `sync_status_changes`. */
  changes(cursor: Cursor | null): Promise<{ rows: OperationRow[]; removed: string[]; cursor: Cursor }>
}

export type ConnectionReport = Pick<ConnectionRow, 'client_id' | 'status'> &
  Partial<
    Pick<ConnectionRow, 'latency_ms' | 'reconnect_attempts' | 'user_agent' | 'ip_address' | 'metadata' | 'last_ping'>
  >

export const SNAPSHOT_TYPES = ['hourly', 'daily', 'manual', 'error'] as const
export type SnapshotType = (typeof SNAPSHOT_TYPES)[number]

/** A row of `sync_status_snapshots`. */
export interface SnapshotRow {
  id: string
  snapshot_type: SnapshotType
  health: HealthReport
  metrics: MetricsReport
  active_operations: number
  connected_clients: number
  created_at: string
}
