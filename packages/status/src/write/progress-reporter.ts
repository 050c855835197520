import {
  type Clock,
  isSyncwatchError,
  type OperationId,
  type OperationRow,
  type ProgressPatch,
  SyncwatchError,
} from '@syncwatch/core'
import type { OperationLookup } from '../operations/operation-lookup.ts'
import type { Flusher } from './flusher.ts'
import type { Outstanding } from './outstanding.ts'
import type { ProgressBuffer } from './progress-buffer.ts'

/** How long `flush()` waits for rows that somebody else holds. */
const LONGEST_FLUSH_MS = 10_000

/** The way of progress from a caller into the buffer, and the waiting for its commit. */
export class ProgressReporter {
  readonly #lookup: OperationLookup
  readonly #buffer: ProgressBuffer
  readonly #flusher: Flusher
  readonly #clock: Clock

  constructor(lookup: OperationLookup, buffer: ProgressBuffer, flusher: Flusher, clock: Clock) {
    this.#lookup = lookup
    this.#buffer = buffer
    this.#flusher = flusher
    this.#clock = clock
  }

  /** Resolves when accepted: at once for an operation that this node knows, else after looking. */
  report(name: string, patch: ProgressPatch, attempt: number | null): Promise<void> {
    const row = this.#lookup.known(name)
    if (row === undefined) return this.#lookup.fresh(name).then((found) => this.#accept(found, patch, attempt))
    try {
      this.#accept(row, patch, attempt)
      return Promise.resolve()
    } catch (error) {
      // More items than the total may be true by now: somebody else may have raised it.
      if (!isSyncwatchError(error, 'invalid_progress') || error.details.field === undefined)
        return Promise.reject(error)
      return this.#lookup.fresh(row.id).then((found) => this.#accept(found, patch, attempt))
    }
  }

  /** Resolves when committed, rejects when refused or when the database cannot be reached. */
  async reportAndWait(name: string, patch: ProgressPatch, attempt: number | null): Promise<void> {
    const row = await this.#lookup.fresh(name)
    const committed = new Promise<void>((resolve, reject) => {
      this.#buffer.accept(row, patch, attempt, { resolve, reject })
    })
    void this.#flusher.now()
    await this.#withDeadline(committed, row.id)
  }

  /** Resolves when everything that was accepted before is committed. Rejects with the first refusal. */
  async flush(sources: readonly Outstanding[]): Promise<void> {
    const tickets = sources.map((source) => source.ticket())
    void this.#flusher.now()
    await this.#withDeadline(allSettled(tickets), null)
  }

  #accept(row: OperationRow, patch: ProgressPatch, attempt: number | null): void {
    this.#buffer.accept(row, patch, attempt)
    this.#flusher.wake()
  }

  async #withDeadline(work: Promise<unknown>, id: OperationId | null): Promise<void> {
    const deadline = new Promise<never>((_, reject) => {
      const timer = this.#clock.setTimeout(() => {
        const what = id === null ? 'Some operations are' : `Operation ${id} is`
        reject(new SyncwatchError('database_busy', `${what} held by another transaction; the rest is committed.`))
      }, LONGEST_FLUSH_MS)
      const cancel = () => timer.cancel()
      work.then(cancel, cancel)
    })
    await Promise.race([work, deadline])
  }
}

/** A refusal of one kind is told when the others are written, too: whoever is told by then finds everything in the table. */
async function allSettled(tickets: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(tickets)) if (result.status === 'rejected') throw result.reason
}
