import type { Clock } from '@syncwatch/core'
import type { HeldRow } from '../plan/held-plans.ts'
import type { LedgerRun, PlannedRow } from '../ports/ledger.ts'
import { parseConflictName } from '../reconcile/conflict-name.ts'
import { keyBeforeMoving } from '../reconcile/name-between.ts'
import { GroupCommits } from './group-commits.ts'
import { LeftNames } from './left-names.ts'
import type { Outcome } from './outcome.ts'
import type { Performing } from './performing.ts'
import { Places } from './places.ts'
import type { RunTally } from './run-tally.ts'
import { type Guards, settleRow } from './settle-row.ts'
import { isBetween, WaitingNames } from './waiting-names.ts'

/** Rows of the plan that are in memory at once. */
const PLAN_PAGE = 1_000
const BYTES_EVERY_MS = 500
/** Rows that gates hold back go out of memory in portions. */
const HELD_PAGE = 500
/**
 * So many small files of this machine are worked on in the place of one, each for so many bytes: they go through the threads and to
 * the disk in groups. Fewer where each waits for the disk by itself, so that a cancel need not wait for long.
 */
const SMALL_IN_ONE = process.platform === 'linux' ? 256 : 64
const SMALL_BYTES = 32 * 1024

export interface ExecutePlanOptions extends Omit<Performing, 'onBytes' | 'claimed' | 'copies' | 'doubts' | 'left'> {
  readonly ledger: LedgerRun
  readonly guards: Guards
  readonly tally: RunTally
  readonly clock: Clock
  /** How many files are worked on at once. */
  readonly concurrency: number
  onProgress(): Promise<void>
}

/**
 * Does the plan page by page. Resolves to how many rows gates hold back, which the ledger has then. Rejects with what ended the run; by then nothing is running any
 * more, and what was done is committed.
 */
export async function executePlan(options: ExecutePlanOptions): Promise<number> {
  const execution = new PlanExecution(options)
  return execution.run()
}

class PlanExecution {
  readonly #options: ExecutePlanOptions
  readonly #commits: GroupCommits
  readonly #performing: Performing
  // One failure that ends the run stops the others: reading on would be for nothing.
  readonly #stop = new AbortController()
  #held: HeldRow[] = []
  #heldCount = 0
  /** New objects that may be what a run before this one has left of something else. */
  readonly #copies: PlannedRow[] = []
  readonly #between: PlannedRow[] = []
  readonly #waiting: WaitingNames
  #reportedAt: number

  constructor(options: ExecutePlanOptions) {
    this.#options = options
    const { ledger, clock, tally } = options
    this.#commits = new GroupCommits({
      ledger,
      clock,
      onCommitted: async (group, accepted) => {
        tally.count(group, accepted)
        await options.onProgress()
      },
    })
    this.#reportedAt = clock.monotonic()
    this.#performing = {
      ...options,
      signal: AbortSignal.any([options.signal, this.#stop.signal]),
      claimed: new Set(),
      left: new LeftNames(() => this.#commits.drain()),
      copies: new Map(),
      doubts: new Set(),
      onBytes: (row, count) => this.#countBytes(row, count),
    }
    this.#waiting = new WaitingNames({
      performing: this.#performing,
      again: (row) => this.#performEach([row]),
      take: (outcome) => this.#take(outcome),
      commitAll: () => this.#commits.drain(),
    })
  }

  async run(): Promise<number> {
    try {
      await this.#performAll()
      this.#performing.left.workOneByOne()
      // What may be a copy that a crash left is looked at once the conflict, or the new name, that it is of was settled.
      await this.#performEach(this.#copies.filter((row) => !isNamedAsCopy(row)))
      await this.#performEach(this.#copies.filter(isNamedAsCopy))
      await this.#waiting.giveNames()
      await this.#performEach(this.#between)
      await this.#waiting.giveNames()
      await this.#commits.retryRefused()
    } finally {
      await this.#commits.drain().catch((error: unknown) => this.#stop.abort(error))
    }
    if (this.#stop.signal.aborted) throw this.#stop.signal.reason
    await this.#keepHeld()
    return this.#heldCount
  }

  async #keepHeld(): Promise<void> {
    const rows = this.#held
    this.#held = []
    if (rows.length > 0) await this.#options.ledger.keepHeld(rows)
  }

  async #performAll(): Promise<void> {
    const { ledger, tally } = this.#options
    const places = new Places(this.#options.concurrency * SMALL_IN_ONE)
    const work = new Set<Promise<void>>()
    const begin = (row: PlannedRow) => {
      const one = places.run(this.#placesFor(row), () => {
        tally.countRunning(places.running)
        return this.#performOne(row)
      })
      work.add(one)
      void one.finally(() => work.delete(one))
    }
    try {
      for (let last = 0; !this.#performing.signal.aborted; ) {
        const rows = await ledger.read(last, PLAN_PAGE)
        if (rows.length === 0) break
        last = rows.at(-1)?.seq ?? last
        const later = rows.filter(mayBeLeft)
        this.#between.push(...later.filter(isBetween))
        this.#copies.push(...later.filter((row) => !isBetween(row)))
        for (const row of rows) if (!mayBeLeft(row)) begin(row)
        // The next rows are read while the last of these are worked on.
        await places.belowWaiting(PLAN_PAGE / 4)
      }
    } finally {
      // All are awaited even when one fails: nothing may still be running when the run has ended.
      await Promise.allSettled(work)
    }
    this.#throwIfStopped()
  }

  #placesFor({ object, size }: PlannedRow): number {
    const { store, vault } = this.#options
    const isHere = store.take !== undefined && vault.localFolder !== undefined
    const bytes = Math.max(object?.size ?? 0, size ?? 0)
    return isHere ? Math.min(SMALL_IN_ONE, Math.max(1, Math.ceil(bytes / SMALL_BYTES))) : SMALL_IN_ONE
  }

  async #performEach(rows: readonly PlannedRow[]): Promise<void> {
    for (const row of rows) {
      await this.#performOne(row)
      this.#throwIfStopped()
    }
  }

  #throwIfStopped(): void {
    if (this.#options.signal.aborted) throw this.#options.signal.reason
    if (this.#stop.signal.aborted) throw this.#stop.signal.reason
  }

  async #performOne(row: PlannedRow): Promise<void> {
    if (this.#performing.signal.aborted) return
    try {
      const outcome = await settleRow(row, this.#performing, this.#options.guards)
      if (outcome.waitsFor !== null) this.#waiting.add(outcome)
      else await this.#take(outcome)
    } catch (error) {
      this.#stop.abort(error)
    }
  }

  async #take(outcome: Outcome): Promise<void> {
    if (outcome.held !== null) {
      this.#heldCount += 1
      this.#held.push(outcome.held)
      if (this.#held.length >= HELD_PAGE) await this.#keepHeld()
    }
    await this.#commits.add(outcome)
  }

  /** Counts bytes as they are read, and reports them now and then: a commit may be a large file away. */
  #countBytes(row: PlannedRow, count: number): void {
    const { tally, clock } = this.#options
    tally.countBytes(row, count)
    if (clock.monotonic() - this.#reportedAt < BYTES_EVERY_MS) return
    this.#reportedAt = clock.monotonic()
    // A claim that was lost says so through the run's signal.
    this.#options.onProgress().catch(() => undefined)
  }
}

/**
 * An object without a base that has a name which runs give: that of a conflict copy, one in between, or that of an asset which is
 * about to get it here.
 */
function mayBeLeft({ trees, object }: PlannedRow): boolean {
  const isNew = trees.base === null && object !== null && (trees.library === null || trees.library.trashed)
  if (!isNew) return false
  const isClaimed = trees.taken === 'library' || trees.taken === 'both'
  return isClaimed || parseConflictName(object.key) !== null || keyBeforeMoving(object.key) !== null
}

function isNamedAsCopy({ object }: PlannedRow): boolean {
  return object !== null && parseConflictName(object.key) !== null
}
