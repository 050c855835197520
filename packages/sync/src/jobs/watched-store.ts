import { type StoreId, sleep } from '@syncwatch/core'
import type { Pool } from 'pg'
import { areAsAgreed } from '../ledger/agreed-objects.ts'
import type { Store, StoreObject } from '../ports/store.ts'
import type { StoreCatalog } from '../stores/store-catalog.ts'
import { databaseNow } from './database-clock.ts'
import { type RunAfterOptions, runAfter } from './run-after.ts'

/** What the watch of a store works with. */
export interface WatchedOptions extends Omit<RunAfterOptions, 'signal'> {
  readonly pool: Pool
  readonly catalog: StoreCatalog
  onError?(error: unknown): void
}

/** How long a store must have been quiet before it is run through, and how long changes wait at most. Milliseconds. */
const QUIET_MS = 500
const MOST_MS = 5_000
/** So many keys are looked at one by one; for more a run is cheaper. */
const MOST_KEYS = 100

/** What was hinted at since the last look. */
interface Hints {
  /** Null: look at everything. */
  keys: Set<string> | null
  /** Set while nothing was told but that the watch stands since then, by the database's clock. */
  openedAt: number | null
}

/** One store, its watch, and the run that follows its hints. */
export class WatchedStore {
  readonly #id: StoreId
  readonly #store: Store
  readonly #options: WatchedOptions
  readonly #signal: AbortSignal
  readonly #closing = new AbortController()
  #watch: { close(): Promise<void> } | undefined
  #hints: Hints | null = null
  #hintedAt = 0
  #following: Promise<void> | undefined
  failed = false

  constructor(id: StoreId, store: Store, options: WatchedOptions, signal: AbortSignal) {
    this.#id = id
    this.#store = store
    this.#options = options
    this.#signal = AbortSignal.any([signal, this.#closing.signal])
  }

  /** From when it resolves on nothing is missed, and what was before is seen by a run that begins soon. */
  async open(): Promise<void> {
    if (!this.#store.capabilities.watch) return
    this.#watch = await this.#store.watch?.((keys) => this.#hint(keys))
    const openedAt = await databaseNow(this.#options.pool)
    this.#hints ??= { keys: null, openedAt }
    this.#hints.keys = null
    this.#wake()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#watch?.close().catch((error: unknown) => this.#options.onError?.(error))
    await this.#store.close()
    await this.#following
  }

  #hint(keys: readonly string[] | null): void {
    this.#hints ??= { keys: new Set(), openedAt: null }
    this.#hints.openedAt = null
    if (keys === null) this.#hints.keys = null
    for (const key of keys ?? []) this.#hints.keys?.add(key)
    this.#wake()
  }

  #wake(): void {
    if (this.#signal.aborted) return
    this.#hintedAt = this.#options.clock.monotonic()
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined
    })
  }

  async #follow(): Promise<void> {
    try {
      while (this.#hints !== null) {
        await this.#untilQuiet()
        const hints: Hints = this.#hints
        this.#hints = null
        if (await this.#isOurs(hints)) continue
        const since = hints.openedAt ?? (await databaseNow(this.#options.pool))
        const options = { ...this.#options, signal: this.#signal }
        await runAfter(options, this.#id, since, { triggered_by: 'watch', source: 'scheduled' })
      }
    } catch (error) {
      if (this.#signal.aborted) return
      this.#hints = null
      this.failed = true
      this.#options.onError?.(error)
    }
  }

  /** What a run of ours wrote is told of as well, and is no reason for another. */
  async #isOurs({ keys }: Hints): Promise<boolean> {
    if (keys === null || keys.size > MOST_KEYS) return false
    const objects = new Map<string, StoreObject | null>()
    try {
      for (const key of keys) objects.set(key, await this.#store.head(key, { signal: this.#signal }))
    } catch {
      // A name that cannot be asked for, or a store that is away: a run says what is the matter.
      return false
    }
    return areAsAgreed(this.#options.pool, this.#id, objects)
  }

  async #untilQuiet(): Promise<void> {
    const { clock } = this.#options
    const began = clock.monotonic()
    for (;;) {
      const now = clock.monotonic()
      const rest = Math.min(this.#hintedAt + QUIET_MS, began + MOST_MS) - now
      if (rest <= 0) return
      await sleep(clock, rest, this.#signal)
    }
  }
}
