import {
  type Clock,
  isEnded,
  isSyncwatchError,
  type OperationId,
  type OperationSource,
  type StoreId,
  SyncwatchError,
  sleep,
} from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { Pool, PoolClient } from 'pg'
import { type Job, PgBoss } from 'pg-boss'
import type { BidirectionalSyncService } from '../bidirectional-sync-service.ts'
import { StoreCatalog } from '../stores/store-catalog.ts'
import { bossDatabase } from './boss-database.ts'

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
}

export interface EnqueueOptions {
  triggered_by?: string
  source?: OperationSource
  retry_of?: OperationId
}

interface SyncJob {
  operation_id: OperationId
  store_id: StoreId
  /** Set where the store is not synced but verified. */
  verify?: 'metadata' | 'full'
}

const QUEUE = 'sync'
/** Where a job ends up that failed for good: its operation must not stay open. */
const ABANDONED = 'sync-abandoned'
/** A dead node's job is another's after at most heartbeat + supervision + retry delay + poll: 17 s the first time. */
const HEARTBEAT_SECONDS = 10
/** How long a start waits for another node's. */
const START_WAIT_MS = 50_000
const SUPERVISE_SECONDS = 5
const POLL_SECONDS = 1
/** A job is taken over at most so often; what kills its node each time ends as `orphaned`. */
const MOST_RETRIES = 20
const STOP_MS = 10_000

/** Syncs as jobs: one a store at a time, over all nodes, each of them surviving the node that runs it. */
export class SyncJobs {
  readonly #options: SyncJobsOptions
  readonly #boss: PgBoss
  readonly #catalog: StoreCatalog
  #stopping = new AbortController()
  #workers: string[] = []

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
    await this.#boss.createQueue(ABANDONED, { retryLimit: 100, retryDelay: 5, deleteAfterSeconds: 3600 })
    await this.#boss.createQueue(QUEUE, {
      policy: 'exclusive',
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: 23 * 3600,
      retryLimit: MOST_RETRIES,
      // Soon at first, and slower when it keeps failing: a database that refuses at once must not use up the tries.
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 8,
      deadLetter: ABANDONED,
      deleteAfterSeconds: 3600,
    })
    if (this.#options.soleNode === true) await this.#requeueActive()
    const localConcurrency = this.#options.concurrency ?? 2
    if (localConcurrency > 0) await this.#work(localConcurrency)
  }

  /** Lets go of the syncs that run here, so that another node, or the next start, goes on with them at once. */
  async stop(): Promise<void> {
    await Promise.all([QUEUE, ABANDONED].map((queue) => this.#boss.offWork(queue, { wait: false })))
    this.#stopping.abort(new SyncwatchError('shutting_down', 'The server is stopping.'))
    await this.#boss.stop({ graceful: true, timeout: STOP_MS, close: false })
  }

  /**
   * Makes an operation and its job in one transaction, or joins the sync of this store that waits or runs already. Resolves
   * to the operation's id. Rejects `store_not_found`.
   */
  async enqueueSync(storeId: StoreId, options: EnqueueOptions = {}): Promise<OperationId> {
    const store = await this.#catalog.get(storeId)
    for (let tries = 0; tries < 50; tries++) {
      const created = await this.#create(store.id, options)
      if (created !== null) {
        for (const worker of this.#workers) this.#boss.notifyWorker(worker)
        return created
      }
      const open = await this.#openOperation(store.id)
      if (open !== null) return open
      // The other one has ended and its job is being put away: a moment later there is room.
      await sleep(this.#options.clock, 100)
    }
    throw new SyncwatchError('store_busy', `A run on "${store.name}" is just ending. Try again.`)
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
    const created = await this.#create(store.id, by, content)
    if (created === null)
      throw new SyncwatchError(
        'store_busy',
        `A run on "${store.name}" waits or is under way. Verify when it has ended.`,
      )
    for (const worker of this.#workers) this.#boss.notifyWorker(worker)
    return created
  }

  async #requeueActive(): Promise<void> {
    const jobs = await this.#boss.findJobs<SyncJob>(QUEUE)
    const left = jobs.filter((job) => job.state === 'active').map((job) => job.id)
    if (left.length > 0) await this.#boss.fail(QUEUE, left, { message: 'The process that worked on it ended.' })
  }

  async #work(localConcurrency: number): Promise<void> {
    const worker = await this.#boss.work<SyncJob>(
      QUEUE,
      { pollingIntervalSeconds: POLL_SECONDS, localConcurrency },
      async ([job]) => {
        if (job !== undefined) await this.#perform(job)
      },
    )
    this.#workers = [worker]
    await this.#boss.work<SyncJob>(ABANDONED, { pollingIntervalSeconds: 5 }, async ([job]) => {
      if (job !== undefined) await this.#abandon(job.data)
    })
  }

  async #create(storeId: StoreId, options: EnqueueOptions, verify?: 'metadata' | 'full'): Promise<OperationId | null> {
    const { pool, status } = this.#options
    try {
      return await transaction(pool, async (client) => {
        const operationId = await status.createSyncOperation(
          {
            operation_type: 'full_sync',
            store_id: storeId,
            ...options,
            ...(verify === undefined ? {} : { operation_data: { verify } }),
          },
          { transaction: client },
        )
        const job: SyncJob = {
          operation_id: operationId,
          store_id: storeId,
          ...(verify === undefined ? {} : { verify }),
        }
        const sent = await this.#boss.send(QUEUE, job, { singletonKey: storeId, db: bossDatabase(client) })
        // Rolls the operation back with the job that was refused.
        if (sent === null) throw new SyncwatchError('store_busy', 'A run on this store waits or runs already.')
        return operationId
      })
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
    const { status, service } = this.#options
    const { operation_id, store_id } = job.data
    try {
      const run = await status.claim(operation_id, { lease: 'job' })
      const lost = new AbortController()
      job.signal.addEventListener('abort', () => {
        lost.abort(new SyncwatchError('fenced', 'Another node has this job now.', { cause: job.signal.reason }))
      })
      try {
        const signal = AbortSignal.any([lost.signal, this.#stopping.signal])
        if (job.data.verify === undefined) await service.performFullSync(store_id, run, { signal })
        else await service.verifySyncIntegrity(store_id, run, { content: job.data.verify, signal })
      } catch (error) {
        await run.release().catch(() => undefined)
        throw error
      }
    } catch (error) {
      // Cancelled before it began, or removed: there is nothing left to do.
      if (isSyncwatchError(error, 'illegal_transition') || isSyncwatchError(error, 'operation_not_found')) return
      throw error
    }
  }

  async #abandon(job: SyncJob): Promise<void> {
    const code = 'orphaned'
    const message = `The sync was interrupted ${MOST_RETRIES} times and was given up. Look at the server's log, then start it again.`
    try {
      await this.#options.status.completeSyncOperation(job.operation_id, 'failed', { code, message }, message)
      await this.#catalog.interrupt(job.store_id, { code, message })
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
