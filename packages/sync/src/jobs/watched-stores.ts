import type { StoreId, TimerHandle } from '@syncwatch/core'
import type { Store } from '../ports/store.ts'
import type { StoreRecord } from '../stores/store-record.ts'
import { type WatchedOptions, WatchedStore } from './watched-store.ts'

export interface WatchedStoresOptions extends WatchedOptions {
  openStore(record: StoreRecord): Promise<Store>
  /** Milliseconds between looks for stores that came or went; 10,000 by default. */
  readonly intervalMs?: number
}

/**
 * Watches the stores that can be watched, and has one run through when something seems to have changed there, and once when its
 * watch was opened: what changed before that nobody has told. A watch is a hint: what it misses, the next run by schedule or by hand
 * finds.
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
    void this.look().then(() => this.#wait())
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#timer?.cancel()
    await this.#looking
    await Promise.all([...this.#watched.values()].map((store) => store.close()))
    this.#watched.clear()
  }

  /**
   * Begins to watch what was connected, and lets go of what is there no more. Whoever connects or removes a store asks for it, so that
   * nothing that happens from then on is missed; other nodes look now and then. Never rejects.
   */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look())
    return this.#looking
  }

  async #look(): Promise<void> {
    const { catalog, onError } = this.#options
    if (this.#stopping.signal.aborted) return
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
