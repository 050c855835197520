import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { waitFor } from '@syncwatch/testkit'

/** Some other process of the host that works on operations all the while, straight on the database. */
export class SteadyWorker {
  readonly #manager: SyncStatusManager
  readonly #lanes: number
  #changed = 0
  #isStopped = false

  constructor(databaseUrl: string, lanes: number) {
    this.#manager = createSyncStatusManager({ databaseUrl })
    this.#lanes = lanes
  }

  /** Works until `stop`, then ends what is open. Gives the ids of all its operations, in the order of their ends. */
  async run(): Promise<string[]> {
    const ids: string[] = []
    const lanes = Array.from({ length: this.#lanes }, async (_, lane) => {
      while (!this.#isStopped) ids.push(await this.#one(lane))
    })
    await Promise.all(lanes)
    await this.#manager.stop()
    return ids
  }

  stop(): void {
    this.#isStopped = true
  }

  /** Resolves after so many more changes. */
  async changes(count: number): Promise<void> {
    const goal = this.#changed + count
    await waitFor(() => this.#changed >= goal, { what: `${count} changes`, timeoutMs: 60_000 })
  }

  /** Each step waits for the commit of the one before, which is what sets the pace. */
  async #one(lane: number): Promise<string> {
    const steps = 100 + lane * 20
    const id = await this.#manager.createSyncOperation({ operation_type: 'upload', total_items: steps })
    for (let step = 1; step < steps && !this.#isStopped; step += 1) {
      const patch = { processed_items: step, message: `step ${step}` }
      await this.#manager.updateProgress(id, patch, { durability: 'await' })
      this.#changed += 1
    }
    await this.#manager.completeSyncOperation(id, lane % 3 === 0 ? 'failed' : 'completed')
    return id
  }
}
