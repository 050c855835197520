import { type Clock, type OperationId, type OperationSource, type StoreId, sleep } from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { StoreCatalog } from '../stores/store-catalog.ts'
import { runAfter } from './run-after.ts'

export interface StoresFollowOptions {
  readonly catalog: StoreCatalog
  readonly status: SyncStatus
  readonly clock: Clock
  enqueueSync(storeId: StoreId, by: { triggered_by: string; source: OperationSource }): Promise<OperationId>
  onError?(error: unknown): void
}

/** How long changes are gathered before the stores are told, in milliseconds. */
const GATHER_MS = 200

/**
 * Has the stores follow what people change in the library: a run of each store that is written to, begun after the change. One that
 * was under way already may have been past the asset, so another follows it. What is not told because the process ends is
 * found by the next run of the store anyway.
 */
export class StoresFollow {
  readonly #options: StoresFollowOptions
  readonly #stopping = new AbortController()
  /** Who changed something since the stores were told last. */
  #changedBy: string | null = null
  /** Stores that have to look for themselves, whether they are written to or not. */
  #asked = new Set<StoreId>()
  #telling: Promise<void> | undefined

  constructor(options: StoresFollowOptions) {
    this.#options = options
  }

  changed(_assetIds: readonly string[], by: string, storeId?: StoreId): void {
    if (this.#stopping.signal.aborted) return
    if (storeId !== undefined) this.#asked.add(storeId)
    this.#changedBy = by
    this.#telling ??= this.#tell().finally(() => {
      this.#telling = undefined
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#telling
  }

  async #tell(): Promise<void> {
    const { clock, catalog, onError } = this.#options
    const { signal } = this.#stopping
    try {
      while (this.#changedBy !== null) {
        await sleep(clock, GATHER_MS, signal)
        const by = this.#changedBy
        const since = clock.now()
        const asked = this.#asked
        this.#changedBy = null
        this.#asked = new Set()
        const stores = await catalog.list()
        const followers = stores.filter(
          ({ id, mode, state }) => state !== 'paused' && (mode !== 'pull' || asked.has(id)),
        )
        const request = { triggered_by: by, source: 'api' } as const
        const options = { ...this.#options, signal }
        await Promise.all(followers.map(({ id }) => runAfter(options, id, since, request)))
      }
    } catch (error) {
      if (!signal.aborted) onError?.(error)
    }
  }
}
