import { isSyncwatchError } from '@syncwatch/core'
import type { OperationRun, SyncStatusManager } from '@syncwatch/status-manager'
import { SeededRandom } from '@syncwatch/testkit/seeded-random'

/** What may befall a worker on a bad day, after which it lets the operation be: somebody else has it, or it is over. */
const GIVE_UP = ['fenced', 'illegal_transition', 'operation_not_found', 'shutting_down', 'cancelled']
const TYPES = ['upload', 'update', 'full_sync', 'delete'] as const
/** What another node goes on with; the rest fails as orphaned. */
const TAKEN_OVER = ['upload', 'full_sync'] as const
const ENDS = ['completed', 'failed', 'cancelled'] as const
/** How long a worker goes on trying while its database is away. */
const TRIES = 400
const RETRY_MS = 25

/** Makes operations of every kind and drives them to an end, whatever happens meanwhile. */
export class Workers {
  readonly refusals: Record<string, number> = {}
  readonly #manager: SyncStatusManager

  constructor(manager: SyncStatusManager) {
    this.#manager = manager
    for (const type of TAKEN_OVER)
      manager.registerHandler(type, async (run) => {
        await this.#stubbornly(() => run.progress({ processed_items: 1, message: 'taken over' }))
        await this.#stubbornly(() => run.complete('completed', { message: 'by who took it over' }))
      })
  }

  /** Resolves when all of them have ended, or are somebody else's. */
  async run(seed: number, operations: number): Promise<void> {
    const random = new SeededRandom(seed)
    const lanes = Array.from({ length: operations }, () => this.#drive(new SeededRandom(random.integer(1, 2 ** 30))))
    await Promise.all(lanes)
  }

  async #drive(random: SeededRandom): Promise<void> {
    const steps = random.integer(1, 12)
    const operation_type = random.pick(TYPES)
    const resumes = operation_type !== 'delete' && operation_type !== 'update' && random.next() < 0.3
    const isLarge = random.next() < 0.3
    const id = await this.#stubbornly(() =>
      this.#manager.createSyncOperation({
        operation_type,
        total_items: steps + 1,
        operation_data: { ...(isLarge && { note: 'x'.repeat(15_000) }), ...(resumes && { resumable: true }) },
      }),
    )
    if (id === null) return
    const run = random.next() < 0.5 ? await this.#stubbornly(() => this.#manager.claim(id)) : null
    for (let step = 1; step <= steps; step += 1) {
      if (!(await this.#progress(id, run, step))) return
      await pause(random.integer(1, 40))
    }
    const end = random.pick(ENDS)
    if (random.next() < 0.2 && run === null) await this.#stubbornly(() => this.#manager.cancelSyncOperation(id))
    else if (run) await this.#stubbornly(() => run.complete(end))
    else await this.#stubbornly(() => this.#manager.completeSyncOperation(id, end))
  }

  /** False when there is nothing more to do. */
  async #progress(id: string, run: OperationRun | null, step: number): Promise<boolean> {
    const patch = { processed_items: step, message: `step ${step}` }
    const done = await this.#stubbornly(async () => {
      await (run ? run.progress(patch) : this.#manager.updateProgress(id, patch))
      return true
    })
    return done === true
  }

  /** Tries again while the database is away; null when the operation is no longer ours to drive. */
  async #stubbornly<T>(work: () => Promise<T>): Promise<T | null> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        const code = isSyncwatchError(error) ? error.code : 'no code'
        this.refusals[code] = (this.refusals[code] ?? 0) + 1
        if (GIVE_UP.includes(code)) return null
        if (!isSyncwatchError(error) || !error.retryable || attempt === TRIES) throw error
        await pause(RETRY_MS)
      }
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
