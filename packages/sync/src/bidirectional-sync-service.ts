import {
  type Clock,
  type ErrorCode,
  isSyncwatchError,
  type OperationRow,
  type Random,
  type StoreId,
  SyncwatchError,
} from '@syncwatch/core'
import type { OperationRun } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { RunTally } from './execute/run-tally.ts'
import { type FullSyncResult, fullSync } from './full-sync.ts'
import { PostgresLedger } from './ledger/postgres-ledger.ts'
import type { Ledger } from './ports/ledger.ts'
import type { MediaInspector } from './ports/media-inspector.ts'
import type { Store } from './ports/store.ts'
import type { Vault } from './ports/vault.ts'
import { StoreCatalog } from './stores/store-catalog.ts'
import type { StoreRecord } from './stores/store-record.ts'

export interface SyncServiceOptions {
  readonly pool: Pool
  readonly vault: Vault
  readonly inspector: MediaInspector
  /** Opens the driver for a store. Rejects `store_unavailable` or `invalid_input`. */
  openStore(record: StoreRecord): Promise<Store>
  readonly clock: Clock
  readonly random: Random
  /** `full` (default): content is on disk before its row is committed. `relaxed` is for tests and benchmarks. */
  readonly durability?: 'full' | 'relaxed'
  /** How many files are worked on at once; 8 by default. */
  readonly concurrency?: number
  /** Told when a run brought content in, so that media jobs look at once. */
  onImported?(): void
  /** Told of failures that have no code of ours: the operation only says that there was one. */
  onError?(error: unknown): void
}

/** Failures after which the operation stays open: another attempt goes on, and the database must say so anyway. */
const LEAVES_OPEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'database_unavailable',
  'database_busy',
  'fenced',
  'shutting_down',
])

/** The public face of the engine. */
export class BidirectionalSyncService {
  readonly #options: SyncServiceOptions
  readonly #catalog: StoreCatalog

  constructor(options: SyncServiceOptions) {
    this.#options = options
    this.#catalog = new StoreCatalog(options.pool)
  }

  /**
   * Runs a store through and ends the operation: `completed` (with a warning where items failed, were held or wait for an approval),
   * `cancelled`, or `failed` when the store itself is not there. Rejects, with the operation left open, when `signal` is
   * aborted, the claim is lost or the database is away: then another attempt goes on from what is committed.
   */
  async performFullSync(
    storeId: StoreId,
    run: OperationRun,
    options: { signal?: AbortSignal } = {},
  ): Promise<OperationRow> {
    const signal = options.signal === undefined ? run.signal : AbortSignal.any([run.signal, options.signal])
    const tally = new RunTally()
    try {
      const result = await this.#fullSync(storeId, run, signal, tally)
      if (result.imported) this.#options.onImported?.()
      if (result.warning !== null) await run.event('warning', result.warning)
      return await run.complete('completed', { message: result.message, peak_concurrency: tally.peakConcurrency })
    } catch (error) {
      return this.#end(storeId, run, signal.aborted ? signal.reason : error, tally.peakConcurrency)
    }
  }

  async #fullSync(storeId: StoreId, run: OperationRun, signal: AbortSignal, tally: RunTally): Promise<FullSyncResult> {
    signal.throwIfAborted()
    const { durability = 'full', concurrency = 8 } = this.#options
    const record = await this.#catalog.record(storeId)
    await this.#catalog.begin(storeId, run.id)
    const store = await this.#options.openStore(record)
    const ledger = this.#ledger(run)
    try {
      return await fullSync({ ...this.#options, ledger, storeId, store, run, signal, durability, concurrency, tally })
    } finally {
      await store.close()
    }
  }

  #ledger(run: Pick<OperationRun, 'id' | 'itemsWithin'>, kind: 'full' | 'beside' = 'full'): Ledger {
    const { pool, random, inspector } = this.#options
    return new PostgresLedger({ pool, random, run, kind, canInspect: (mimeType) => inspector.canInspect(mimeType) })
  }

  async #end(storeId: StoreId, run: OperationRun, error: unknown, peak_concurrency: number): Promise<OperationRow> {
    const failure = this.#failureOf(error)
    if (LEAVES_OPEN.has(failure.code)) throw failure
    const { code, message } = failure
    if (code === 'cancelled') {
      await this.#catalog.interrupt(storeId, null)
      return run.complete('cancelled', { message: 'Cancelled. What was done until then stays.', peak_concurrency })
    }
    await this.#catalog.interrupt(storeId, { code, message })
    return run.complete('failed', { message, error_details: { code, message, ...failure.details }, peak_concurrency })
  }

  /** An error without a code of ours may say anything, so its words go to the log and not into the operation. */
  #failureOf(error: unknown): SyncwatchError {
    if (isSyncwatchError(error) && error.code !== 'internal') return error
    this.#options.onError?.(error)
    return new SyncwatchError('internal', 'Something went wrong inside Syncwatch. The log of the server says what.')
  }
}
