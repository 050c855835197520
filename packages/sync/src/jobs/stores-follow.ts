import {
  type Cursor,
  type OperationId,
  type OperationSource,
  type StoreId,
  type StoreSummary,
  sleep,
  type TimerHandle,
} from '@syncwatch/core'
import type { Pool } from 'pg'
import type { StoreCatalog } from '../stores/store-catalog.ts'
import { databaseNow } from './database-clock.ts'
import type { AssetJob } from './job-queues.ts'
import { type RunAfterOptions, runAfter } from './run-after.ts'
import { type AssetBehind, assetsBehind, libraryCursor, needsWholeRun, recountStore } from './stores-behind.ts'

export interface StoresFollowOptions extends Omit<RunAfterOptions, 'signal'> {
  readonly pool: Pool
  readonly catalog: StoreCatalog
  /** Has one asset synced. Resolves to null where that waits to be done already. */
  enqueueAsset(storeId: StoreId, asset: AssetJob, by: AskedFor): Promise<OperationId | null>
  /** Milliseconds between looks for changes that nobody told of; 10,000 by default. */
  readonly intervalMs?: number
  onError?(error: unknown): void
}

interface AskedFor {
  readonly triggered_by: string
  readonly source: OperationSource
}

/** Where nobody told who wanted it. */
const LIBRARY: AskedFor = { triggered_by: 'library', source: 'scheduled' }
/** How long changes are gathered before the stores are told, in milliseconds. */
const GATHER_MS = 100
/** So many assets of a store are synced one by one; for more, one run of the store is less. */
const MOST_ASSETS = 10
/** What was told is remembered of so many assets. */
const MOST_TOLD = 10_000

/**
 * Has the stores follow the library. A few assets that were changed are synced one by one, at once and beside a run that is under way; many
 * are one run of the store. Whoever changes something says so; what was not said because a process ended, or came from another
 * node, or from a run of another store, is found by a look at what changed since the last one: when a run has ended, and now and then.
 */
export class StoresFollow {
  readonly #options: StoresFollowOptions
  readonly #stopping = new AbortController()
  /** Who changed which asset since the stores were told last. */
  #changed = new Map<string, string>()
  /** Stores that have to look for themselves, whether they are written to or not, and who wants it. */
  #asked = new Map<StoreId, string>()
  /** Stores whose counts are to be made anew. */
  #recount = new Set<StoreId>()
  /** Whether to look for changes that nobody told of. */
  #looks = false
  #cursor: Cursor | null = null
  /** Which revision of an asset a store was told of. */
  readonly #told = new Map<string, number>()
  #telling: Promise<void> | undefined
  readonly #runs = new Map<StoreId, { since: number; by: AskedFor }>()
  readonly #running = new Set<Promise<void>>()
  #timer: TimerHandle | undefined

  constructor(options: StoresFollowOptions) {
    this.#options = options
  }

  /** Looks through the whole library once, for what was changed and not told before the last end, and from then on at what changes. */
  start(): void {
    this.#look()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#timer?.cancel()
    await this.#telling
    await Promise.all(this.#running)
  }

  /** Whether everything that was said so far was told, and no run is waited for. */
  get isAtRest(): boolean {
    return this.#telling === undefined && this.#running.size === 0
  }

  /** Somebody changed assets. A store that is named runs through as a whole. */
  changed(assetIds: readonly string[], by: string, storeId?: StoreId): void {
    for (const id of assetIds) this.#changed.set(id, by)
    if (storeId !== undefined) this.#asked.set(storeId, by)
    this.#wake()
  }

  /** A run of a store has ended: what it changed in the library the other stores follow. */
  ran(): void {
    this.#looks = true
    this.#wake()
  }

  /** The sync of one asset has ended. What it could not settle by direct reads is left to a run. */
  async assetSynced(storeId: StoreId, { id, revision }: { id: string; revision: number }): Promise<void> {
    const { pool } = this.#options
    this.#recount.add(storeId)
    const [behind] = await assetsBehind(pool, [storeId], { ids: [id] }, 1)
    if (behind?.revision === revision && (await needsWholeRun(pool, storeId, id)))
      this.#run(storeId, await databaseNow(pool), LIBRARY)
    this.ran()
  }

  #look(): void {
    this.ran()
    this.#timer = this.#options.clock.setTimeout(() => this.#look(), this.#options.intervalMs ?? 10_000)
    this.#timer.unref()
  }

  #wake(): void {
    if (this.#stopping.signal.aborted) return
    this.#telling ??= this.#tell().finally(() => {
      this.#telling = undefined
    })
  }

  async #tell(): Promise<void> {
    const { clock, onError } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted && (this.#changed.size > 0 || this.#asked.size > 0 || this.#looks)) {
      try {
        await sleep(clock, GATHER_MS, signal)
        await this.#tellOnce()
      } catch (error) {
        // What was not told is found by the next look, or by the next run of the store.
        if (!signal.aborted) onError?.(error)
      }
    }
  }

  async #tellOnce(): Promise<void> {
    const { pool, catalog } = this.#options
    const [changed, asked, looks, recount] = [this.#changed, this.#asked, this.#looks, this.#recount]
    this.#changed = new Map()
    this.#asked = new Map()
    this.#recount = new Set()
    this.#looks = false
    const since = await databaseNow(pool)
    const stores = (await catalog.list()).filter(({ state }) => state !== 'paused')
    for (const { id } of stores) {
      const by = asked.get(id)
      if (by !== undefined) this.#run(id, since, { triggered_by: by, source: 'api' })
    }
    const followers = stores.filter(({ id, mode }) => mode !== 'pull' && !asked.has(id))
    if (changed.size > 0) await this.#tellOf(changed, followers, since)
    // While runs are under way the library is still changing: their ends bring the next look.
    const isQuiet = this.#cursor === null || stores.every(({ state }) => state !== 'syncing')
    if (looks && isQuiet) await this.#tellOfRest(followers, since)
    for (const id of recount) await recountStore(pool, id)
  }

  async #tellOf(changed: ReadonlyMap<string, string>, followers: readonly StoreSummary[], since: number) {
    const ids = [...changed.keys()]
    const behind = await this.#behind(followers, { ids })
    const by = [...changed.values()].at(-1) ?? 'api'
    for (const store of followers) {
      const assets = behind.filter(({ store_id }) => store_id === store.id)
      // A store that is away says so once, in one run, instead of for each asset.
      if (assets.length > MOST_ASSETS || (assets.length > 0 && store.state === 'unavailable'))
        this.#run(store.id, since, { triggered_by: by, source: 'api' })
      else
        for (const asset of assets)
          await this.#sync(asset, { triggered_by: changed.get(asset.id) ?? by, source: 'api' })
    }
  }

  async #tellOfRest(followers: readonly StoreSummary[], since: number): Promise<void> {
    const first = this.#cursor === null
    const next = await libraryCursor(this.#options.pool)
    const behind = await this.#behind(followers, { since: this.#cursor ?? '0' })
    this.#cursor = next
    for (const { id } of followers) {
      const assets = behind.filter((asset) => asset.store_id === id && !this.#wasTold(asset))
      if (assets.length > MOST_ASSETS || (first && assets.length > 0)) {
        for (const asset of assets) this.#remember(asset)
        this.#run(id, since, LIBRARY)
      } else for (const asset of assets) await this.#sync(asset, LIBRARY)
    }
  }

  async #behind(stores: readonly StoreSummary[], which: { ids: string[] } | { since: Cursor }): Promise<AssetBehind[]> {
    if (stores.length === 0) return []
    const ids = stores.map(({ id }) => id)
    return assetsBehind(this.#options.pool, ids, which, MOST_ASSETS + 1)
  }

  async #sync(asset: AssetBehind, by: AskedFor): Promise<void> {
    this.#remember(asset)
    await this.#options.enqueueAsset(asset.store_id, asset, by)
  }

  #wasTold({ store_id, id, revision }: AssetBehind): boolean {
    return this.#told.get(`${store_id} ${id}`) === revision
  }

  #remember({ store_id, id, revision }: AssetBehind): void {
    this.#told.delete(`${store_id} ${id}`)
    this.#told.set(`${store_id} ${id}`, revision)
    const [oldest] = this.#told.keys()
    if (this.#told.size > MOST_TOLD && oldest !== undefined) this.#told.delete(oldest)
  }

  /** A run that begins at or after `since`. One waits for it at a time; what is asked for meanwhile is its next. */
  #run(storeId: StoreId, since: number, by: AskedFor): void {
    const waiting = this.#runs.has(storeId)
    this.#runs.set(storeId, { since, by })
    if (waiting) return
    const running = this.#follow(storeId)
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#options.onError?.(error)
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #follow(storeId: StoreId): Promise<void> {
    const options = { ...this.#options, signal: this.#stopping.signal }
    try {
      for (let done: object | undefined; ; ) {
        const next = this.#runs.get(storeId)
        if (next === undefined || next === done) return
        await runAfter(options, storeId, next.since, { ...next.by })
        done = next
      }
    } finally {
      this.#runs.delete(storeId)
    }
  }
}
