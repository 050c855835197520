import type { Clock, OperationId, StoreId, TimerHandle } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { Pool } from 'pg'
import { nextRun } from '../stores/store-schedule.ts'

export interface ScheduledSyncsOptions {
  readonly pool: Pool
  readonly clock: Clock
  /** Begins a run, or joins the one that waits or is under way. */
  enqueueSync(storeId: StoreId, by: { triggered_by: string; source: 'scheduled' }): Promise<OperationId | null>
  /** Milliseconds between looks; 5,000 by default. */
  readonly intervalMs?: number
  onError?(error: unknown): void
}

interface DueStore {
  id: StoreId
  schedule: string
  next_run_at: string
}

/**
 * Begins the runs that are due by their stores' schedules. All nodes look; one of them takes each run. What was missed while nobody
 * ran is made up by one run, not by all that were missed.
 */
export class ScheduledSyncs {
  readonly #options: ScheduledSyncsOptions
  #timer: TimerHandle | undefined
  #looking: Promise<void> = Promise.resolve()
  #stopped = true

  constructor(options: ScheduledSyncsOptions) {
    this.#options = options
  }

  start(): void {
    this.#stopped = false
    this.#look()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#looking
  }

  /** Begins what is due now. Resolves to how many runs that were. */
  async runDue(): Promise<number> {
    const { pool, clock } = this.#options
    const now = new Date(clock.now())
    const due = await query<DueStore & Record<string, unknown>>(
      pool,
      `SELECT id, schedule, next_run_at FROM syncwatch.stores
       WHERE schedule IS NOT NULL AND NOT is_paused AND next_run_at <= $1 ORDER BY next_run_at`,
      [now],
    )
    let begun = 0
    for (const store of due) {
      if (!(await this.#take(store, now))) continue
      await this.#options.enqueueSync(store.id, { triggered_by: 'schedule', source: 'scheduled' })
      begun += 1
    }
    return begun
  }

  /** Whoever moves the time on has the run. Should this process die right then, the run is the next one's. */
  async #take({ id, schedule, next_run_at }: DueStore, now: Date): Promise<boolean> {
    const taken = await query(
      this.#options.pool,
      // Times come in milliseconds, the column has microseconds.
      `UPDATE syncwatch.stores SET next_run_at = $4
       WHERE id = $1 AND schedule = $2 AND date_trunc('milliseconds', next_run_at) = $3 RETURNING id`,
      [id, schedule, next_run_at, nextRun(schedule, now)],
    )
    return taken.length > 0
  }

  #look(): void {
    this.#looking = this.runDue().then(
      () => this.#wait(),
      (error: unknown) => {
        this.#options.onError?.(error)
        this.#wait()
      },
    )
  }

  #wait(): void {
    if (this.#stopped) return
    this.#timer = this.#options.clock.setTimeout(() => this.#look(), this.#options.intervalMs ?? 5_000)
    this.#timer.unref()
  }
}
