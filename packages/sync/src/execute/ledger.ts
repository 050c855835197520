import { type Clock, isSyncwatchError, sleep, type TimerHandle } from '@syncwatch/core'
import { transaction } from '@syncwatch/database'
import type { OperationRun } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { type CommitScope, commitOutcomes } from './commit-outcomes.ts'
import { itemReport } from './item-report.ts'
import type { TimedOutcome } from './outcome.ts'

/** A group is committed when it has this many outcomes, or when its first one is this old. */
const GROUP_SIZE = 500
const GROUP_AGE_MS = 100
/** How long a commit is tried again while the database is away. */
const PATIENCE_MS = 30_000

export interface LedgerOptions {
  readonly pool: Pool
  readonly run: OperationRun
  readonly scope: CommitScope
  readonly clock: Clock
  /** Told of each group once it is committed. */
  onCommitted(group: readonly TimedOutcome[], accepted: ReadonlySet<string>): Promise<void>
}

/**
 * Commits outcomes in groups: assets, base and items together, under the fence of the operation. A crash before a commit
 * loses nothing but work, a crash after it is found settled by the next run.
 */
export class Ledger {
  readonly #options: LedgerOptions
  #waiting: TimedOutcome[] = []
  #timer: TimerHandle | undefined
  #commits: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  /** Takes an outcome; waits while two groups are ahead of it. Rejects once a commit has failed for good. */
  async add(outcome: TimedOutcome): Promise<void> {
    this.#assertSound()
    this.#waiting.push(outcome)
    if (this.#waiting.length >= GROUP_SIZE) {
      const before = this.#commits
      this.#close()
      await before
    } else this.#timer ??= this.#options.clock.setTimeout(() => this.#close(), GROUP_AGE_MS)
    this.#assertSound()
  }

  /** Commits what is left and resolves when it is committed. */
  async drain(): Promise<void> {
    this.#close()
    await this.#commits
    this.#assertSound()
  }

  #assertSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  #close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const group = this.#waiting
    this.#waiting = []
    if (group.length === 0) return
    this.#commits = this.#commits.then(async () => {
      if (this.#failure !== undefined) return
      try {
        await this.#commit(group)
      } catch (error) {
        this.#failure = { error }
      }
    })
  }

  async #commit(group: readonly TimedOutcome[]): Promise<void> {
    const { clock } = this.#options
    const deadline = clock.monotonic() + PATIENCE_MS
    for (let delay = 100; ; delay = Math.min(2 * delay, 2_000)) {
      try {
        const accepted = await this.#commitOnce(group)
        return await this.#options.onCommitted(group, accepted)
      } catch (error) {
        const away = isSyncwatchError(error, 'database_unavailable') || isSyncwatchError(error, 'database_busy')
        if (!away || clock.monotonic() + delay > deadline) throw error
        await sleep(clock, delay)
      }
    }
  }

  #commitOnce(group: readonly TimedOutcome[]): Promise<ReadonlySet<string>> {
    const { pool, run, scope } = this.#options
    return transaction(pool, async (client) => {
      const outcomes = group.map(({ outcome }) => outcome)
      const accepted = await commitOutcomes(client, outcomes, scope)
      const items = group.flatMap((timed) => itemReport(timed, accepted) ?? [])
      await run.itemsWithin(client, items)
      return accepted
    })
  }
}
