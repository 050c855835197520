import {
  type AssetId,
  type Clock,
  type ErrorCode,
  isSyncwatchError,
  isUuid,
  type OperationRow,
  type Random,
  type StoreId,
  SyncwatchError,
} from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { OperationRun } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { RunTally } from './execute/run-tally.ts'
import { singleMessage } from './execute/single-message.ts'
import { type FullSyncResult, fullSync } from './full-sync.ts'
import { PostgresLedger } from './ledger/postgres-ledger.ts'
import { inTurn, postgresTurns } from './ledger/postgres-turns.ts'
import { HeldPlans } from './plan/held-plan-desk.ts'
import type { HeldPlan } from './plan/held-plans.ts'
import type { Ledger } from './ports/ledger.ts'
import type { MediaInspector } from './ports/media-inspector.ts'
import type { OtherStores } from './ports/other-stores.ts'
import type { Store } from './ports/store.ts'
import type { Vault } from './ports/vault.ts'
import { type PlanPreview, previewPlan } from './preview-plan.ts'
import { StoreCatalog } from './stores/store-catalog.ts'
import type { StoreRecord } from './stores/store-record.ts'
import { syncSingle } from './sync-single.ts'
import { type VerifyResult, verifyStore } from './verify-store.ts'

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

  /**
   * Syncs one asset, or what stands under one name in the store, at once and beside a full run; two of these on one asset take
   * turns. Ends the operation as `performFullSync` does. Rejects `asset_not_found` for an asset that is unknown.
   */
  async syncSingleAsset(
    storeId: StoreId,
    what: { readonly assetId: string } | { readonly key: string },
    run: OperationRun,
    options: { signal?: AbortSignal } = {},
  ): Promise<OperationRow> {
    const signal = options.signal === undefined ? run.signal : AbortSignal.any([run.signal, options.signal])
    const tally = new RunTally()
    try {
      const record = await this.#catalog.record(storeId)
      const named = await this.#names(storeId, what)
      const names = [...named.keys, ...(named.assetId === null ? [] : [named.assetId])]
      const key = await inTurn(this.#options, storeId, names, signal, async () => {
        // By now it may have got another name.
        const single = await this.#names(storeId, what)
        await this.#withStore(record, (store, otherStores) =>
          syncSingle({ ...this.#run(run, 'beside'), ...single, record, store, otherStores, run, signal, tally }),
        )
        return single.keys[0] ?? ''
      })
      if (tally.of('imported') + tally.of('updated') + tally.of('copied') > 0) this.#options.onImported?.()
      return await run.complete('completed', { message: singleMessage(key, tally) })
    } catch (error) {
      return this.#end(null, run, signal.aborted ? signal.reason : error, tally.peakConcurrency)
    }
  }

  /**
   * Compares a store with the library and changes neither. What differs, and what is missing on which side, are items of the
   * operation, and marked as differing. With `full` every object is read and hashed.
   */
  async verifySyncIntegrity(
    storeId: StoreId,
    run: OperationRun,
    options: { content?: 'metadata' | 'full'; signal?: AbortSignal } = {},
  ): Promise<OperationRow> {
    const signal = options.signal === undefined ? run.signal : AbortSignal.any([run.signal, options.signal])
    try {
      const record = await this.#catalog.record(storeId)
      await this.#catalog.begin(storeId, run.id)
      const { content = 'metadata' } = options
      const found = await this.#withStore(record, (store) =>
        verifyStore({ ...this.#run(run, 'beside'), record, store, run, signal, content }),
      )
      const { message, warning } = verifyWords(found)
      if (warning !== null) await run.event('warning', warning, { ...found })
      return await run.complete('completed', { message })
    } catch (error) {
      return this.#end(storeId, run, signal.aborted ? signal.reason : error, 0)
    }
  }

  /** What a full run would do now. Lists and compares, and changes nothing. Rejects as a run would fail. */
  async plan(storeId: StoreId, options: { signal?: AbortSignal } = {}): Promise<PlanPreview> {
    const record = await this.#catalog.record(storeId)
    const signal = options.signal ?? new AbortController().signal
    const ledger = this.#ledger(NOT_A_RUN, 'beside')
    return this.#withStore(record, (store) => previewPlan({ ledger, record, store, signal }))
  }

  /**
   * Approves what gates held back, for exactly the evidence that was shown: the next run does it. Rejects `plan_not_found` and
   * `plan_changed`.
   */
  approve(storeId: StoreId, planId: string, shown: { rows: number; by: string }): Promise<HeldPlan> {
    return new HeldPlans(this.#options.pool).approve(storeId, planId, shown)
  }

  async #fullSync(storeId: StoreId, run: OperationRun, signal: AbortSignal, tally: RunTally): Promise<FullSyncResult> {
    signal.throwIfAborted()
    const record = await this.#catalog.record(storeId)
    await this.#catalog.begin(storeId, run.id)
    return this.#withStore(record, (store, otherStores) =>
      fullSync({
        ...this.#run(run, 'full'),
        turns: postgresTurns(this.#options, storeId),
        storeId,
        store,
        otherStores,
        run,
        signal,
        tally,
      }),
    )
  }

  async #withStore<Result>(
    record: StoreRecord,
    work: (store: Store, otherStores: OtherStores) => Promise<Result>,
  ): Promise<Result> {
    const opened = new Map<StoreId, Promise<Store>>()
    const open = (id: StoreId, which: Promise<StoreRecord>) => {
      const store = opened.get(id) ?? which.then((found) => this.#options.openStore(found))
      opened.set(id, store)
      return store
    }
    const otherStores: OtherStores = { open: (id) => open(id, this.#catalog.record(id)) }
    try {
      return await work(await open(record.id, Promise.resolve(record)), otherStores)
    } finally {
      for (const one of await Promise.allSettled(opened.values()))
        if (one.status === 'fulfilled') await one.value.close()
    }
  }

  #run(run: OperationRun, kind: 'full' | 'beside') {
    const { vault, inspector, clock, random, durability = 'full', concurrency = 8 } = this.#options
    return { ledger: this.#ledger(run, kind), vault, inspector, clock, random, durability, concurrency }
  }

  #ledger(run: Pick<OperationRun, 'id' | 'itemsWithin'>, kind: 'full' | 'beside'): Ledger {
    const { pool, random, inspector } = this.#options
    return new PostgresLedger({ pool, random, run, kind, canInspect: (mimeType) => inspector.canInspect(mimeType) })
  }

  /** The names that one asset has on either side. */
  async #names(
    storeId: StoreId,
    what: { readonly assetId: string } | { readonly key: string },
  ): Promise<{ assetId: AssetId | null; keys: string[] }> {
    const byId = 'assetId' in what
    const given = byId ? what.assetId : what.key
    if (byId && !isUuid(given)) throw unknownAsset(given)
    const [row] = await query<{ id: AssetId; key: string; remote_key: string | null }>(
      this.#options.pool,
      `SELECT asset.id, asset.key, base.remote_key
       FROM syncwatch.media_assets asset
       LEFT JOIN syncwatch.media_replicas base ON base.asset_id = asset.id AND base.store_id = $2
       WHERE ${byId ? 'asset.id = $1::text::uuid' : 'base.remote_key = $1 OR (asset.key = $1 AND asset.trashed_at IS NULL)'}
       ORDER BY base.remote_key IS NOT DISTINCT FROM $1::text DESC LIMIT 1`,
      [given, storeId],
    )
    if (row === undefined && byId) throw unknownAsset(given)
    const keys = new Set([row?.key, row?.remote_key, byId ? undefined : given].flatMap((key) => key ?? []))
    return { assetId: row?.id ?? null, keys: [...keys] }
  }

  async #end(
    storeId: StoreId | null,
    run: OperationRun,
    error: unknown,
    peak_concurrency: number,
  ): Promise<OperationRow> {
    const failure = this.#failureOf(error)
    if (LEAVES_OPEN.has(failure.code)) throw failure
    const { code, message } = failure
    if (code === 'cancelled') {
      if (storeId !== null) await this.#catalog.interrupt(storeId, null)
      return run.complete('cancelled', { message: 'Cancelled. What was done until then stays.', peak_concurrency })
    }
    if (storeId !== null) await this.#catalog.interrupt(storeId, { code, message })
    return run.complete('failed', { message, error_details: { code, message, ...failure.details }, peak_concurrency })
  }

  /** An error without a code of ours may say anything, so its words go to the log and not into the operation. */
  #failureOf(error: unknown): SyncwatchError {
    if (isSyncwatchError(error) && error.code !== 'internal') return error
    this.#options.onError?.(error)
    return new SyncwatchError('internal', 'Something went wrong inside Syncwatch. The log of the server says what.')
  }
}

/** A preview commits nothing; were it to, nothing would let it. */
const NOT_A_RUN: Pick<OperationRun, 'id' | 'itemsWithin'> = {
  id: '' as OperationRun['id'],
  itemsWithin: async () => {
    throw new SyncwatchError('fenced', 'A preview writes nothing.')
  },
}

function unknownAsset(id: string): SyncwatchError {
  return new SyncwatchError('asset_not_found', `There is no asset "${id.slice(0, 64)}".`)
}

function verifyWords(found: VerifyResult): { message: string; warning: string | null } {
  const { checked, inSync, differing, missingInStore, missingInLibrary, unreadable, complete } = found
  const parts = [
    [differing, 'different'],
    [missingInStore, 'missing in the store'],
    [missingInLibrary, 'missing in the library'],
    [unreadable, 'not readable'],
  ] as const
  const bad = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const message = `${checked} checked: ${[`${inSync} in sync`, ...bad].join(', ')}`
  if (!complete) bad.push('the listing was not complete, so what it did not show was not looked at')
  return {
    message,
    warning: bad.length === 0 ? null : `${bad.join('; ')}. See the items.`,
  }
}
