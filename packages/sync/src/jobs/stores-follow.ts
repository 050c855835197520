import { type Clock, isEnded, type OperationId, type StoreId, sleep } from '@syncwatch/core'
import type { SyncStatus } from '@syncwatch/status-manager'
import type { StoreCatalog } from '../stores/store-catalog.ts'

export interface StoresFollowOptions {
  readonly catalog: StoreCatalog
  readonly status: SyncStatus
  readonly clock: Clock
  enqueueSync(storeId: StoreId, by: { triggered_by: string; source: 'api' }): Promise<OperationId>
  onError?(error: unknown): void
}

/** How long changes are gathered before the stores are told, in milliseconds. */
const GATHER_MS = 200
/** How often a run is looked at that began before the change. */
const LOOK_MS = 500

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
  #telling: Promise<void> | undefined

  constructor(options: StoresFollowOptions) {
    this.#options = options
  }

  changed(_assetIds: readonly string[], by: string): void {
    if (this.#stopping.signal.aborted) return
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
        this.#changedBy = null
        const stores = await catalog.list()
        const followers = stores.filter(({ mode, state }) => mode !== 'pull' && state !== 'paused')
        await Promise.all(followers.map(({ id }) => this.#runAfter(id, since, by)))
      }
    } catch (error) {
      if (!signal.aborted) onError?.(error)
    }
  }

  /** Begins a run; where one is joined that began before the change, waits for its end and begins another. */
  async #runAfter(storeId: StoreId, since: number, by: string): Promise<void> {
    const { enqueueSync, status, clock } = this.#options
    const request = { triggered_by: by, source: 'api' } as const
    for (;;) {
      const id = await enqueueSync(storeId, request)
      const operation = await status.getOperation(id)
      if (operation.start_time === null || Date.parse(operation.start_time) >= since) return
      while (!isEnded((await status.getOperation(id)).status)) await sleep(clock, LOOK_MS, this.#stopping.signal)
    }
  }
}
