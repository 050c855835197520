import {
  type CreateOperation,
  type Cursor,
  type EndedStatus,
  type ItemReport,
  isEnded,
  itemReportsSchema,
  type NodeId,
  type OperationId,
  type OperationRow,
  type ProgressPatch,
  parseInput,
  type SyncStatusUpdate,
  type SyncwatchError,
  systemClock,
  systemRandom,
  transition,
} from '@syncwatch/core'
import type { ClientBase } from 'pg'
import { StatusDatabase } from './database/status-database.ts'
import { StatusHub } from './hub/status-hub.ts'
import type { SyncStatusManagerOptions } from './manager-options.ts'
import { addEvent } from './operations/add-event.ts'
import { broadcastUpdate } from './operations/broadcast-update.ts'
import { cancelOperation } from './operations/cancel-operation.ts'
import { type Completion, completeOperation } from './operations/complete-operation.ts'
import { OperationCreator } from './operations/operation-creator.ts'
import { pageOfEvents, pageOfItems, pageOfOperations } from './operations/operation-lists.ts'
import { OperationLookup } from './operations/operation-lookup.ts'
import { OperationMemory } from './operations/operation-memory.ts'
import { retryOf } from './operations/retry-operation.ts'
import type { StatusContext } from './status-context.ts'
import { silentLogger } from './status-logger.ts'
import { Flusher } from './write/flusher.ts'
import { latestByKey } from './write/item-values.ts'
import { ItemWriter } from './write/item-writer.ts'
import { ProgressBuffer } from './write/progress-buffer.ts'
import { ProgressFigures } from './write/progress-figures.ts'
import { ProgressReporter } from './write/progress-reporter.ts'
import { ProgressWriter } from './write/progress-writer.ts'

export class SyncStatusManager {
  readonly hub: StatusHub
  readonly #context: StatusContext
  readonly #durability: 'accepted' | 'await'
  readonly #lookup: OperationLookup
  readonly #creator: OperationCreator
  readonly #flusher: Flusher
  readonly #items: ItemWriter
  readonly #reporter: ProgressReporter

  constructor(options: SyncStatusManagerOptions = {}) {
    const clock = options.clock ?? systemClock()
    const random = options.random ?? systemRandom()
    const logger = options.logger ?? silentLogger
    const database = new StatusDatabase({
      ...options,
      onIdleError: (error) => logger.warn({ error }, 'A database connection broke while idle.'),
    })
    const context: StatusContext = {
      database,
      memory: new OperationMemory(),
      buffer: new ProgressBuffer(),
      figures: new ProgressFigures(),
      clock,
      random,
      logger,
      nodeId: (options.nodeId ?? random.uuid()) as NodeId,
    }
    this.#context = context
    this.#durability = options.durability ?? 'accepted'
    this.#lookup = new OperationLookup(context)
    this.#creator = new OperationCreator(context)
    this.hub = new StatusHub({
      ...context,
      hints: options.hints ?? 'notify',
      onWatchers: () => this.#flusher.hurry(),
      onError: (error) => logger.warn({ error }, 'The live hub cannot read; it tries again.'),
    })
    const progress = new ProgressWriter({ ...context, writing: (processId) => this.hub.expectOwnHint(processId) })
    this.#items = new ItemWriter(database, () => this.hub.hint())
    this.#flusher = new Flusher({
      writers: [progress, this.#items],
      clock,
      random,
      watchers: () => this.hub.watchers,
      onFailure: (error, retryInMs) => logger.warn({ error, retryInMs }, 'A flush failed; what it held is kept.'),
    })
    this.#reporter = new ProgressReporter(this.#lookup, context.buffer, this.#flusher, clock)
  }

  async createSyncOperation(input: CreateOperation, options: { transaction?: ClientBase } = {}): Promise<OperationId> {
    if (options.transaction !== undefined) return this.#creator.createWithin(options.transaction, input)
    return (await this.#creator.create(input)).id
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
    return (options.durability ?? this.#durability) === 'await'
      ? this.#reporter.reportAndWait(id, patch, null)
      : this.#reporter.report(id, patch, null)
  }

  async reportItems(id: string, items: readonly ItemReport[]): Promise<void> {
    const reports = latestByKey(parseInput(itemReportsSchema, items) as ItemReport[])
    const row = this.#lookup.known(id) ?? (await this.#lookup.fresh(id))
    if (isEnded(row.status)) transition({ status: row.status, held: false }, 'progress')
    await this.#items.room()
    this.#items.accept(row.id, reports, null)
    if (this.#durability === 'await') return this.flush()
    this.#flusher.wake()
  }

  async addEvent(
    id: string,
    kind: 'warning' | 'message' | 'error',
    message: string,
    data?: Record<string, unknown>,
  ): Promise<void> {
    await addEvent(this.#context, await this.#lookup.id(id), { kind, message, data }, null)
  }

  completeSyncOperation(
    id: string,
    status: EndedStatus,
    errorDetails?: Record<string, unknown>,
    message?: string,
  ): Promise<OperationRow> {
    return this.#complete(id, { status, error_details: errorDetails, message }, null)
  }

  async cancelSyncOperation(id: string): Promise<OperationRow> {
    return cancelOperation(this.#context, await this.#lookup.id(id))
  }

  async retrySyncOperation(id: string, by?: Parameters<typeof retryOf>[1]): Promise<OperationRow> {
    return this.#creator.create(retryOf(await this.#lookup.fresh(id), by))
  }

  broadcastSyncUpdate(update: SyncStatusUpdate): Promise<void> {
    return broadcastUpdate(this.#context, update)
  }

  flush(): Promise<void> {
    return this.#reporter.flush([this.#context.buffer.outstanding, this.#items.outstanding])
  }

  getOperation(id: string): Promise<OperationRow> {
    return this.#lookup.fresh(id)
  }

  async listOperations(query: Parameters<typeof pageOfOperations>[1] = {}) {
    return pageOfOperations(this.#context, query)
  }

  async listItems(id: string, query: Parameters<typeof pageOfItems>[2] = {}) {
    return pageOfItems(this.#context, (await this.#lookup.fresh(id)).id, query)
  }

  async listEvents(id: string, query: Parameters<typeof pageOfEvents>[2] = {}) {
    return pageOfEvents(this.#context, (await this.#lookup.fresh(id)).id, query)
  }

  async stop(): Promise<void> {
    this.#flusher.stop()
    await this.flush().catch((error: unknown) => {
      this.#context.logger.error({ error }, 'Not everything could be flushed while stopping.')
    })
    await this.hub.stop()
    await this.#context.database.close()
  }

  async #complete(name: string, completion: Completion, attempt: number | null): Promise<OperationRow> {
    const id = await this.#lookup.id(name)
    if (this.#items.has(id)) await this.#flusher.now()
    return completeOperation(this.#context, id, completion, attempt)
  }
}
export type { Cursor, SyncwatchError }
