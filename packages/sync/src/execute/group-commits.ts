import { type Clock, isSyncwatchError, sleep, type TimerHandle } from '@syncwatch/core'
import type { LedgerRun } from '../ports/ledger.ts'
import type { Outcome } from './outcome.ts'

/** A group is committed when it has this many outcomes, or when its first one is this old. */
const GROUP_SIZE = 500
const GROUP_AGE_MS = 100
/** So many groups are committed at once: while one waits for the disk, the database works on the other. */
const LANES = 2
/** While so many groups wait, nothing more is taken: what is done and not committed would be done again after a crash. */
const MOST_WAITING = 4
/** How long a commit is tried again while the database is away. */
const PATIENCE_MS = 30_000

export interface GroupCommitsOptions {
  readonly ledger: Pick<LedgerRun, 'commit'>
  readonly clock: Clock
  /** Told of each group once it is committed. */
  onCommitted(group: readonly Outcome[], accepted: readonly boolean[]): Promise<void>
}

/**
 * Commits outcomes in groups. A crash before a commit loses nothing but work, a crash after it is found settled by the next run. Two
 * groups at a time, except where assets change their names or come back: such a group follows all that came before it, and all that
 * comes after follows it, so that a name is free before somebody else gets it.
 */
export class GroupCommits {
  readonly #options: GroupCommitsOptions
  #waiting: Outcome[] = []
  #timer: TimerHandle | undefined
  /** Groups that wait for a lane, in order. */
  readonly #groups: (readonly Outcome[])[] = []
  readonly #underWay = new Set<Promise<void>>()
  #isAlone = false
  #refused: Outcome[] = []
  #lastTry = false
  #failure: { readonly error: unknown } | undefined

  constructor(options: GroupCommitsOptions) {
    this.#options = options
  }

  /** Takes an outcome; waits while many groups are ahead of it. Rejects once a commit has failed for good. */
  async add(outcome: Outcome): Promise<void> {
    this.#assertSound()
    this.#waiting.push(outcome)
    if (this.#waiting.length >= GROUP_SIZE) this.#close()
    else this.#timer ??= this.#options.clock.setTimeout(() => this.#close(), GROUP_AGE_MS)
    while (this.#groups.length >= MOST_WAITING) await Promise.race(this.#underWay)
    this.#assertSound()
  }

  /**
   * Commits once more, together, what was refused because another asset had the name: by now it may have left it, and names that
   * are swapped only change in one group.
   */
  async retryRefused(): Promise<void> {
    await this.drain()
    const again = this.#refused
    if (again.length === 0) return
    this.#lastTry = true
    this.#waiting = again
    await this.drain()
  }

  /** Commits what is left and resolves when it is committed. */
  async drain(): Promise<void> {
    this.#close()
    while (this.#underWay.size > 0) await Promise.race(this.#underWay)
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
    this.#groups.push(group)
    this.#begin()
  }

  #begin(): void {
    for (let group = this.#groups[0]; group !== undefined; group = this.#groups[0]) {
      const isAlone = group.some(movesNames)
      const lanes = this.#isAlone || isAlone ? 1 : LANES
      if (this.#underWay.size >= lanes) return
      this.#groups.shift()
      this.#isAlone = isAlone
      const commit = this.#commitOnce(group).finally(() => {
        this.#underWay.delete(commit)
        this.#begin()
      })
      this.#underWay.add(commit)
    }
  }

  async #commitOnce(group: readonly Outcome[]): Promise<void> {
    if (this.#failure !== undefined) return
    try {
      await this.#commit(group)
    } catch (error) {
      this.#failure = { error }
    }
  }

  async #commit(group: readonly Outcome[]): Promise<void> {
    const { clock, ledger } = this.#options
    const deadline = clock.monotonic() + PATIENCE_MS
    for (let delay = 100; ; delay = Math.min(2 * delay, 2_000)) {
      try {
        const accepted = await ledger.commit(group.map(({ entry }) => entry))
        return await this.#told(group, accepted)
      } catch (error) {
        const away = isSyncwatchError(error, 'database_unavailable') || isSyncwatchError(error, 'database_busy')
        if (!away || clock.monotonic() + delay > deadline) throw error
        await sleep(clock, delay)
      }
    }
  }

  /** What wants a name is not told of yet when it was refused: it has another chance at the end. */
  async #told(group: readonly Outcome[], accepted: readonly boolean[]): Promise<void> {
    const waits = (outcome: Outcome, index: number) => !this.#lastTry && !accepted[index] && wantsName(outcome)
    this.#refused.push(...group.filter(waits))
    const told = group.map((outcome, index) => ({
      outcome,
      done: accepted[index] ?? false,
      waits: waits(outcome, index),
    }))
    const settled = told.filter((one) => !one.waits)
    await this.#options.onCommitted(
      settled.map(({ outcome }) => outcome),
      settled.map(({ done }) => done),
    )
  }
}

function wantsName({ entry }: Outcome): boolean {
  return entry.assets.some((write) => write.kind === 'create' || (write.kind === 'change' && write.key !== null))
}

function movesNames({ entry }: Outcome): boolean {
  return entry.assets.some(
    (write) => write.kind === 'trash' || (write.kind === 'change' && (write.key !== null || write.restore)),
  )
}
