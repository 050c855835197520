import {
  type Clock,
  type CreateOperation,
  isEnded,
  isSyncwatchError,
  type OperationId,
  type OperationSource,
  type StoreId,
  type StoreSummary,
  SyncwatchError,
  sleep,
} from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { OperationRun, SyncStatus } from '@syncwatch/status-manager'
import type { Pool, PoolClient } from 'pg'
import { type Job, PgBoss, type SendOptions } from 'pg-boss'
import type { BidirectionalSyncService } from '../bidirectional-sync-service.ts'
import { StoreCatalog } from '../stores/store-catalog.ts'
import { bossDatabase } from './boss-database.ts'
import { ABANDONED, ASSET_QUEUE, type AssetJob, createQueues, MOST_RETRIES, QUEUE, type SyncJob } from './job-queues.ts'

export interface SyncJobsOptions {
  readonly pool: Pool
  readonly status: SyncStatus
  readonly service: BidirectionalSyncService
  readonly clock: Clock
  /** Syncs at a time on this node; 2 by default. With 0 it only gives work to other nodes. */
  readonly concurrency?: number
  /** The schema of the job tables, `syncwatch_jobs` by default. Made where it is missing. */
  readonly schema?: string
  /**
   * Set where this process is the only one on its database: syncs that a killed predecessor left are then taken up at the
   * start, and not only after its heartbeat has run out. Were there another node after all, it would lose its syncs to this one.
   */
  readonly soleNode?: boolean
  /** Told of failures in the background, such as a poll while the database was away. They are tried again anyway. */
  onError?(error: Error): void
  /** Told when a run of a store has ended, however it ended, or (`asset`) the sync of one asset. */
  onPerformed?(storeId: StoreId, asset: { readonly id: string; readonly revision: number } | null): Promise<void>
}

export interface EnqueueOptions {
  triggered_by?: string
  source?: OperationSource
  retry_of?: OperationId
}

type NewJob = Omit<SyncJob, 'operation_id'>

/** How long a start waits for another node's. */
const START_WAIT_MS = 50_000
const SUPERVISE_SECONDS = 5
const POLL_SECONDS = 1
const STOP_MS = 10_000
/** Single assets that are synced at a time on a node. */
const ASSETS_AT_ONCE = 3

/**
 * Syncs as jobs: one run of a store at a time and single assets beside it, over all nodes, each of them surviving the node that does
 * it.
 */
export class SyncJobs {
  readonly #options: SyncJobsOptions
  readonly #boss: PgBoss
  readonly #catalog: StoreCatalog
  #stopping = new AbortController()
  readonly #workers = new Map<string, string>()

  constructor(options: SyncJobsOptions) {
    this.#options = options
    this.#catalog = new StoreCatalog(options.pool)
    this.#boss = new PgBoss({
      db: bossDatabase(options.pool),
      schema: options.schema ?? 'syncwatch_jobs',
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      queueCacheIntervalSeconds: SUPERVISE_SECONDS,
      schedule: false,
    })
    this.#boss.on('error', (error) => options.onError?.(error))
  }

  /**
   * One node at a time makes the job tables. pg-boss takes a lock of its own for that, but looks for its schema before: the
   * session that then waits remembers that there was none, and its CREATE SCHEMA IF NOT EXISTS fails on the index of
   * pg_namespace, because what others made is noticed where a statement opens a table and this one opens none before it
   * decides. So whoever waits has to wait before that look. It takes two connections of the pool while it lasts.
   */
  async #startBoss(): Promise<void> {
    const start = async (client: PoolClient) => {
      await query(client, `SELECT pg_advisory_xact_lock(hashtext('syncwatch job tables'))`)
      await this.#boss.start()
    }
    await transaction(this.#options.pool, start, { lockTimeoutMs: START_WAIT_MS, statementTimeoutMs: START_WAIT_MS })
  }

  /** Makes the job tables and takes work from now on. Rejects when the database is away. */
  async start(): Promise<void> {
    this.#stopping = new AbortController()
    await this.#startBoss()
    await createQueues(this.#boss)
    if (this.#options.soleNode === true) await this.#requeueActive()
    const localConcurrency = this.#options.concurrency ?? 2
    if (localConcurrency > 0) await this.#work(localConcurrency)
  }

  /** Lets go of the syncs that run here, so that another node, or the next start, goes on with them at once. */
  async stop(): Promise<void> {
    await Promise.all([QUEUE, ASSET_QUEUE, ABANDONED].map((queue) => this.#boss.offWork(queue, { wait: false })))
    this.#stopping.abort(new SyncwatchError('shutting_down', 'The server is stopping.'))
    await this.#boss.stop({ graceful: true, timeout: STOP_MS, close: false })
  }

  /**
   * Makes an operation and its job in one transaction, or joins the sync of this store that waits or runs already; one that is asked for
   * during a verification waits for its end. Resolves to the operation's id. Rejects `store_not_found`.
   */
  async enqueueSync(storeId: StoreId, options: EnqueueOptions = {}): Promise<OperationId> {
    const id = await this.#enqueueRun(storeId, options, () => true)
    return id as OperationId
  }

  /** The same for what nobody asked for, such as the run that follows a watch: null where the store is paused by the time it would begin. */
  enqueueUnlessPaused(storeId: StoreId, options: EnqueueOptions = {}): Promise<OperationId | null> {
    return this.#enqueueRun(storeId, options, ({ state }) => state !== 'paused')
  }

  /**
   * Makes an operation that verifies a store. It takes the store's turn as a sync does: rejects `store_busy` while one waits or runs,
   * and `store_not_found`.
   */
  async enqueueVerify(
    storeId: StoreId,
    options: EnqueueOptions & { content?: 'metadata' | 'full' } = {},
  ): Promise<OperationId> {
    const store = await this.#catalog.get(storeId)
    const { content = 'metadata', ...by } = options
    const isFree = (await this.#openOperation(store.id)) === null
    const created = isFree ? await this.#createRun({ store_id: store.id, verify: content }, by) : null
    if (created === null)
      throw new SyncwatchError(
        'store_busy',
        `A run on "${store.name}" waits or is under way. Verify when it has ended.`,
      )
    return created
  }

  /**
   * Makes an operation that syncs one asset with a store, beside a run of it. Resolves to null where one waits that will see
   * the asset as it is now. Rejects `store_not_found`.
   */
  async enqueueAsset(
    storeId: StoreId,
    { id, key, revision, change }: AssetJob,
    options: EnqueueOptions = {},
  ): Promise<OperationId | null> {
    const store = await this.#catalog.get(storeId)
    const operation = {
      operation_type: change,
      operation_data: { asset_id: id, key, revision },
      message: key,
      total_items: 1,
      ...options,
    }
    const job = { store_id: store.id, asset: { id, revision } }
    return this.#create(ASSET_QUEUE, operation, job, { singletonKey: `${store.id} ${id}` })
  }

  async #enqueueRun(
    storeId: StoreId,
    options: EnqueueOptions,
    isWanted: (store: StoreSummary) => boolean,
  ): Promise<OperationId | null> {
    for (let tries = 0; tries < 50; tries++) {
      const store = await this.#catalog.get(storeId)
      if (!isWanted(store)) return null
      const id = (await this.#createRun({ store_id: store.id }, options)) ?? (await this.#openOperation(store.id))
      if (id !== null) return id
      // The other one has ended and its job is being put away: a moment later there is room.
      await sleep(this.#options.clock, 100)
    }
    throw new SyncwatchError('store_busy', 'A run on this store is just ending. Try again.')
  }

  #createRun(job: NewJob, options: EnqueueOptions): Promise<OperationId | null> {
    const { store_id, verify } = job
    const operation = {
      operation_type: 'full_sync' as const,
      ...options,
      ...(verify !== undefined && { operation_data: { verify } }),
    }
    const singletonKey = verify === undefined ? store_id : `verify ${store_id}`
    return this.#create(QUEUE, operation, job, { singletonKey, group: { id: store_id } })
  }

  async #requeueActive(): Promise<void> {
    for (const queue of [QUEUE, ASSET_QUEUE]) {
      const jobs = await this.#boss.findJobs<SyncJob>(queue)
      const left = jobs.filter((job) => job.state === 'active').map((job) => job.id)
      if (left.length > 0) await this.#boss.fail(queue, left, { message: 'The process that worked on it ended.' })
    }
  }

  async #work(localConcurrency: number): Promise<void> {
    const perform = async ([job]: Job<SyncJob>[]) => {
      if (job !== undefined) await this.#perform(job)
    }
    const often = { pollingIntervalSeconds: POLL_SECONDS }
    const runs = { ...often, localConcurrency, groupConcurrency: 1 }
    this.#workers.set(QUEUE, await this.#boss.work<SyncJob>(QUEUE, runs, perform))
    const assets = { ...often, localConcurrency: ASSETS_AT_ONCE }
    this.#workers.set(ASSET_QUEUE, await this.#boss.work<SyncJob>(ASSET_QUEUE, assets, perform))
    await this.#boss.work<SyncJob>(ABANDONED, { pollingIntervalSeconds: 5 }, async ([job]) => {
      if (job !== undefined) await this.#abandon(job.data)
    })
  }

  /** Null where the queue has such a job already. */
  async #create(
    queue: string,
    operation: CreateOperation,
    job: NewJob,
    options: SendOptions,
  ): Promise<OperationId | null> {
    const { pool, status } = this.#options
    try {
      const created = await transaction(pool, async (client) => {
        const row = { ...operation, store_id: job.store_id }
        const operation_id = await status.createSyncOperation(row, { transaction: client })
        const sent = await this.#boss.send(queue, { operation_id, ...job }, { ...options, db: bossDatabase(client) })
        // Rolls the operation back with the job that was refused.
        if (sent === null) throw new SyncwatchError('store_busy', 'A run on this store waits or runs already.')
        return operation_id
      })
      const worker = this.#workers.get(queue)
      if (worker !== undefined) this.#boss.notifyWorker(worker)
      return created
    } catch (error) {
      if (isSyncwatchError(error, 'store_busy')) return null
      throw error
    }
  }

  async #openOperation(storeId: StoreId): Promise<OperationId | null> {
    const jobs = await this.#boss.findJobs<SyncJob>(QUEUE, { key: storeId })
    const open = jobs.find((job) => job.state === 'created' || job.state === 'retry' || job.state === 'active')
    if (open === undefined) return null
    const operation = await this.#options.status.getOperation(open.data.operation_id)
    return isEnded(operation.status) ? null : operation.id
  }

  /** The job is the lease: whoever holds it claims the operation, whatever became of the one before. */
  async #perform(job: Job<SyncJob>): Promise<void> {
    const { status } = this.#options
    const { operation_id } = job.data
    try {
      const run = await status.claim(operation_id, { lease: 'job' })
      const lost = new AbortController()
      job.signal.addEventListener('abort', () => {
        lost.abort(new SyncwatchError('fenced', 'Another node has this job now.', { cause: job.signal.reason }))
      })
      try {
        await this.#syncAs(job.data, run, AbortSignal.any([lost.signal, this.#stopping.signal]))
      } catch (error) {
        await run.release().catch(() => undefined)
        throw error
      }
      if (job.data.verify === undefined) await this.#tellPerformed(job.data)
    } catch (error) {
      // Cancelled before it began, or removed: there is nothing left to do.
      if (isSyncwatchError(error, 'illegal_transition') || isSyncwatchError(error, 'operation_not_found')) return
      throw error
    }
  }

  async #syncAs({ store_id, asset, verify }: SyncJob, run: OperationRun, signal: AbortSignal): Promise<void> {
    const { service } = this.#options
    if (asset !== undefined) await service.syncSingleAsset(store_id, { assetId: asset.id }, run, { signal })
    else if (verify !== undefined) await service.verifySyncIntegrity(store_id, run, { content: verify, signal })
    else await service.performFullSync(store_id, run, { signal })
  }

  /** What fails now is found by a later look: the job itself is done. */
  async #tellPerformed({ store_id, asset = undefined }: SyncJob): Promise<void> {
    const { onPerformed, onError } = this.#options
    await onPerformed?.(store_id, asset ?? null).catch((error: unknown) => onError?.(error as Error))
  }

  async #abandon(job: SyncJob): Promise<void> {
    const code = 'orphaned'
    const message = `The sync was interrupted ${MOST_RETRIES} times and was given up. Look at the server's log, then start it again.`
    try {
      await this.#options.status.completeSyncOperation(job.operation_id, 'failed', { code, message }, message)
      if (job.asset === undefined) await this.#catalog.interrupt(job.store_id, { code, message })
    } catch (error) {
      if (isSyncwatchError(error, 'illegal_transition') || isSyncwatchError(error, 'operation_not_found')) return
      throw error
    }
  }
}

/** Makes the jobs of a node. Nothing runs before `start`. */
export function createJobs(options: SyncJobsOptions): SyncJobs {
  return new SyncJobs(options)
}
