import {
  type Clock,
  type OperationId,
  type OperationSource,
  type StoreId,
  sleep,
  type TimerHandle,
} from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { Store } from '../ports/store.ts'
import type { StoreCatalog } from '../stores/store-catalog.ts'
import type { StoreRecord } from '../stores/store-record.ts'
import { runAfter } from './run-after.ts'

export interface WatchedStoresOptions {
  readonly catalog: StoreCatalog
  readonly status: Pick<SyncStatus, 'getOperation'>
  readonly clock: Clock
  openStore(record: StoreRecord): Promise<Store>
  enqueueSync(storeId: StoreId, by: { triggered_by: string; source: OperationSource }): Promise<OperationId>
  /** Milliseconds between looks for stores that came or went; 10,000 by default. */
  readonly intervalMs?: number
  onError?(error: unknown): void
}

/** How long a store must have been quiet before it is run through, and how long changes wait at most. Milliseconds. */
const QUIET_MS = 500
const MOST_MS = 5_000

/**
 * Watches the stores that can be watched, and has one run through when something seems to have changed there. A watch is a hint: what it
 * misses, the next run by schedule or by hand finds.
 */
export class WatchedStores {
  readonly #options: WatchedStoresOptions
  readonly #watched = new Map<StoreId, WatchedStore>()
  /** Those that could not be watched when it was tried last: that is told once. */
  readonly #failing = new Set<StoreId>()
  readonly #stopping = new AbortController()
  #timer: TimerHandle | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(options: WatchedStoresOptions) {
    this.#options = options
  }

  start(): void {
    this.#looking = this.look().then(() => this.#wait())
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#timer?.cancel()
    await this.#looking
    await Promise.all([...this.#watched.values()].map((store) => store.close()))
    this.#watched.clear()
  }

  /** Begins to watch what was connected, and lets go of what is there no more. */
  async look(): Promise<void> {
    const { catalog, onError } = this.#options
    try {
      const stores = await catalog.list()
      const wanted = new Set(stores.filter(({ state }) => state !== 'paused').map(({ id }) => id))
      for (const [id, store] of this.#watched) if (!wanted.has(id) || store.failed) await this.#letGo(id)
      for (const id of wanted) if (!this.#watched.has(id)) await this.#watch(id)
    } catch (error) {
      onError?.(error)
    }
  }

  #wait(): void {
    if (this.#stopping.signal.aborted) return
    this.#timer = this.#options.clock.setTimeout(() => this.start(), this.#options.intervalMs ?? 10_000)
    this.#timer.unref()
  }

  async #letGo(id: StoreId): Promise<void> {
    const store = this.#watched.get(id)
    this.#watched.delete(id)
    await store?.close()
  }

  /** One that cannot be watched now is tried again by the next look; one that never can be is remembered as such. */
  async #watch(id: StoreId): Promise<void> {
    const { catalog, openStore, onError } = this.#options
    try {
      const store = await openStore(await catalog.record(id))
      const watched = new WatchedStore(id, store, this.#options, this.#stopping.signal)
      this.#watched.set(id, watched)
      await watched.open()
      this.#failing.delete(id)
    } catch (error) {
      await this.#letGo(id)
      if (!this.#failing.has(id)) onError?.(error)
      this.#failing.add(id)
    }
  }
}

/** One store, its watch, and the run that follows its hints. */
class WatchedStore {
  readonly #id: StoreId
  readonly #store: Store
  readonly #options: WatchedStoresOptions
  readonly #signal: AbortSignal
  #watch: { close(): Promise<void> } | undefined
  #hintedAt: number | null = null
  #following: Promise<void> | undefined
  failed = false

  constructor(id: StoreId, store: Store, options: WatchedStoresOptions, signal: AbortSignal) {
    this.#id = id
    this.#store = store
    this.#options = options
    this.#signal = signal
  }

  async open(): Promise<void> {
    if (!this.#store.capabilities.watch) return
    this.#watch = await this.#store.watch?.(() => this.#hint())
  }

  async close(): Promise<void> {
    await this.#watch?.close().catch((error: unknown) => this.#options.onError?.(error))
    await this.#store.close()
    await this.#following
  }

  #hint(): void {
    if (this.#signal.aborted) return
    this.#hintedAt = this.#options.clock.monotonic()
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined
    })
  }

  async #follow(): Promise<void> {
    const { clock } = this.#options
    try {
      while (this.#hintedAt !== null) {
        await this.#untilQuiet()
        this.#hintedAt = null
        const options = { ...this.#options, signal: this.#signal }
        await runAfter(options, this.#id, clock.now(), { triggered_by: 'watch', source: 'scheduled' })
      }
    } catch (error) {
      if (this.#signal.aborted) return
      this.#hintedAt = null
      this.failed = true
      this.#options.onError?.(error)
    }
  }

  async #untilQuiet(): Promise<void> {
    const { clock } = this.#options
    const began = clock.monotonic()
    for (;;) {
      const now = clock.monotonic()
      const rest = Math.min((this.#hintedAt ?? now) + QUIET_MS, began + MOST_MS) - now
      if (rest <= 0) return
      await sleep(clock, rest, this.#signal)
    }
  }
}
