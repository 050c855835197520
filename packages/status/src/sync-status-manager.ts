import {
  type AcknowledgeHealth,
  acknowledgeHealthSchema,
  type CompleteOperation,
  type ConnectionRow,
  type CreateOperation,
  type Cursor,
  type EndedStatus,
  type EventRow,
  type HealthReasonCode,
  type HealthReport,
  healthReasonCodeSchema,
  type ItemReport,
  type ItemRow,
  type MetricsReport,
  type OperationId,
  type OperationRow,
  type OperationSource,
  type OperationType,
  type ProgressPatch,
  parseInput,
  type SyncStatusUpdate,
} from '@syncwatch/core'
import type { ClientBase, Pool } from 'pg'
import { pageOfConnections } from './connections/connection-list.ts'
import type { HealthProbe } from './health/health-service.ts'
import { readMetrics } from './health/metrics-reader.ts'
import { readStatus } from './health/read-status.ts'
import type { LiveHub } from './hub/live-hub.ts'
import type { ClaimOptions } from './leases/claims.ts'
import type { OperationHandler } from './leases/recovery.ts'
import { removeOld } from './maintenance/retention.ts'
import type { SyncStatusManagerOptions } from './manager-options.ts'
import type {
  ConnectionReport,
  ItemQuery,
  OperationQuery,
  OperationRun,
  Page,
  SnapshotRow,
  SnapshotType,
  StatusOverview,
  SyncStatus,
} from './manager-port.ts'
import { addEvent } from './operations/add-event.ts'
import { broadcastUpdate } from './operations/broadcast-update.ts'
import { cancelOperation } from './operations/cancel-operation.ts'
import { completeOperation } from './operations/complete-operation.ts'
import { pageOfEvents, pageOfItems, pageOfOperations } from './operations/operation-lists.ts'
import { readChanges } from './operations/read-changes.ts'
import { retryOf } from './operations/retry-operation.ts'
import { remarkItems } from './queries/remark-items.ts'
import { StatusParts } from './status-parts.ts'

/**
 * Keeps operations, their items and events, health and connections in Postgres, and shows them live (`hub`). An operation is
 * named by its id or by its `operation_key`.
 *
 * Rejections carry a code: `operation_not_found`, `illegal_transition`, `invalid_progress`, `invalid_input`, `fenced`,
 * `operation_key_taken`, `database_busy` (a foreign transaction holds the row), `database_unavailable` (try again; accepted
 * progress is kept and retried).
 */
export class SyncStatusManager implements SyncStatus {
  readonly #parts: StatusParts
  readonly #schema: string

  constructor(options: SyncStatusManagerOptions = {}) {
    this.#parts = new StatusParts(options)
    this.#schema = options.schema ?? 'public'
  }

  get hub(): LiveHub {
    return this.#parts.hub
  }

  /** Names this process among the nodes of one database. */
  get nodeId(): string {
    return this.#parts.context.nodeId
  }

  /** Where the tables are, for what is kept beside them. Throws `configuration_invalid` without an address. */
  get storage(): { pool: Pool; schema: string } {
    return { pool: this.#parts.context.database.pool, schema: this.#schema }
  }

  async start(): Promise<void> {
    await this.#parts.start()
  }

  stop(): Promise<void> {
    return this.#parts.stop()
  }

  async createSyncOperation(input: CreateOperation, options: { transaction?: ClientBase } = {}): Promise<OperationId> {
    const { creator } = this.#parts
    if (options.transaction !== undefined) return creator.createWithin(options.transaction, input)
    return (await creator.create(input)).id
  }

  updateSyncProgress(
    id: string,
    progress?: number | null,
    processed?: number,
    failed?: number,
    message?: string,
  ): Promise<void> {
    const patch: ProgressPatch = {}
    if (progress !== undefined && progress !== null) patch.progress = progress
    if (processed !== undefined) patch.processed_items = processed
    if (failed !== undefined) patch.failed_items = failed
    if (message !== undefined) patch.message = message
    return this.updateProgress(id, patch)
  }

  updateProgress(id: string, patch: ProgressPatch, options: { durability?: 'accepted' | 'await' } = {}): Promise<void> {
    const { reporter, durability } = this.#parts
    return (options.durability ?? durability) === 'await'
      ? reporter.reportAndWait(id, patch, null)
      : reporter.report(id, patch, null)
  }

  reportItems(id: string, items: readonly ItemReport[]): Promise<void> {
    return this.#parts.acceptItems(id, items, null)
  }

  async remarkOnItems(
    keys: readonly string[],
    since: string,
    { error_code, error_message }: Required<Pick<ItemReport, 'error_code' | 'error_message'>>,
  ): Promise<number> {
    const { database } = this.#parts.context
    return (await database.query(remarkItems(database.schema), [keys, since, error_code, error_message])).length
  }

  async addEvent(
    id: string,
    kind: 'warning' | 'message' | 'error',
    message: string,
    data?: Record<string, unknown>,
  ): Promise<void> {
    await addEvent(this.#parts.context, await this.#parts.lookup.id(id), { kind, message, data }, null)
  }

  async completeSyncOperation(
    id: string,
    status: EndedStatus,
    errorDetails?: Record<string, unknown>,
    message?: string,
    figures: Pick<CompleteOperation, 'peak_concurrency'> = {},
  ): Promise<OperationRow> {
    const operation = await this.#parts.lookup.id(id)
    await this.#parts.flushItems(operation)
    const completion = { ...figures, status, error_details: errorDetails, message }
    return completeOperation(this.#parts.context, operation, completion, null)
  }

  async cancelSyncOperation(id: string): Promise<OperationRow> {
    return cancelOperation(this.#parts.context, await this.#parts.lookup.id(id))
  }

  async retrySyncOperation(
    id: string,
    by?: { triggered_by?: string; source?: OperationSource },
  ): Promise<OperationRow> {
    return this.#parts.creator.create(retryOf(await this.#parts.lookup.fresh(id), by))
  }

  broadcastSyncUpdate(update: SyncStatusUpdate): Promise<void> {
    return broadcastUpdate(this.#parts.context, update)
  }

  /**
   * Resolves when everything accepted so far is committed. Rejects with the first refusal since the last call, with
   * `database_busy` after 10 s for rows that somebody else holds, with `database_unavailable` when there is no database.
   */
  flush(): Promise<void> {
    return this.#parts.flush()
  }

  claim(id: OperationId, options: ClaimOptions = {}): Promise<OperationRun> {
    return this.#parts.claims.claim(id, options, this.#parts.writing)
  }

  /**
   * Says how this node goes on with operations of a type that a dead node left. Without a handler, and without
   * `operation_data.resumable`, such an operation fails with code `orphaned`. Needs `start()`.
   */
  registerHandler(type: OperationType, handler: OperationHandler): void {
    this.#parts.recovery.handle(type, handler)
  }

  /** Adds stores and webhooks to what health is judged by. Returns the way to take it back. */
  addHealthProbe(probe: HealthProbe): () => void {
    return this.#parts.health.addProbe(probe)
  }

  getOperation(id: string): Promise<OperationRow> {
    return this.#parts.lookup.fresh(id)
  }

  async listOperations(query: OperationQuery = {}): Promise<Page<OperationRow>> {
    return pageOfOperations(this.#parts.context, query)
  }

  async listItems(id: string, query: ItemQuery = {}): Promise<Page<ItemRow>> {
    return pageOfItems(this.#parts.context, (await this.#parts.lookup.fresh(id)).id, query)
  }

  async listEvents(id: string, query: { limit?: number; cursor?: string } = {}): Promise<Page<EventRow>> {
    return pageOfEvents(this.#parts.context, (await this.#parts.lookup.fresh(id)).id, query)
  }

  getStatus(): Promise<StatusOverview> {
    return readStatus(this.#parts.context, this.#parts.health)
  }

  getHealth(): Promise<HealthReport> {
    return this.#parts.health.current()
  }

  /** `until` is ISO 8601, at most 30 days ahead. Resolves to the health as it is then. */
  async acknowledgeHealth(input: AcknowledgeHealth, by: string): Promise<HealthReport> {
    return this.#parts.health.acknowledge(parseInput(acknowledgeHealthSchema, input), by)
  }

  async withdrawAcknowledgement(code: HealthReasonCode): Promise<HealthReport> {
    return this.#parts.health.withdrawAcknowledgement(parseInput(healthReasonCodeSchema, code))
  }

  async getMetrics(windowSeconds?: number): Promise<MetricsReport> {
    return readMetrics(this.#parts.context, windowSeconds)
  }

  createSnapshot(type: SnapshotType): Promise<SnapshotRow> {
    return this.#parts.snapshots.create(type)
  }

  listSnapshots(query: { type?: SnapshotType; limit?: number; cursor?: string } = {}): Promise<Page<SnapshotRow>> {
    return this.#parts.snapshots.list(query)
  }

  cleanup(): Promise<{ operations: number; snapshots: number; connections: number }> {
    return removeOld(this.#parts.context, this.#parts.timing)
  }

  reportConnection(connection: ConnectionReport): void {
    this.#parts.presence.begin()
    this.#parts.connections.report(connection)
  }

  async listConnections(query: { limit?: number; cursor?: string } = {}): Promise<Page<ConnectionRow>> {
    return pageOfConnections(this.#parts.context, query)
  }

  burnNonce(nonce: string, expiresAt: Date): Promise<boolean> {
    return this.#parts.nonces.burn(nonce, expiresAt)
  }

  changes(cursor: Cursor | null): Promise<{ rows: OperationRow[]; removed: string[]; cursor: Cursor }> {
    return readChanges(this.#parts.context, cursor)
  }
}
