import {
  applyProgress,
  isEnded,
  isStorable,
  type OperationId,
  type OperationRow,
  type ProgressFields,
  type ProgressPatch,
  SyncwatchError,
  transition,
} from '@syncwatch/core'
import { Outstanding } from './outstanding.ts'

/** Someone who waits for the commit of one operation's progress. */
export interface CommitWaiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** The latest accepted progress of one operation, not yet committed. */
export interface PendingProgress {
  readonly id: OperationId
  /** The claim under which it was reported; null outside of a claim. */
  readonly attempt: number | null
  readonly values: ProgressFields
  /**
   * Reported from within this process and not waited for, so that nobody goes on with it when the process dies. Who waits for
   * the commit (HTTP, a serverless function) may be anywhere, and comes again by any node.
   */
  readonly isDriven: boolean
  readonly generation: number
  /** How often it was left out because somebody else held the row. */
  readonly skipped: number
  readonly waiters: readonly CommitWaiter[]
}

/**
 * The latest progress of each operation until it is committed: one entry an operation, so memory is bounded by the number
 * of open operations however often they report. Pure but for the promises of those who wait.
 */
export class ProgressBuffer {
  readonly outstanding = new Outstanding()
  #pending = new Map<OperationId, PendingProgress>()
  readonly #inFlight = new Map<OperationId, PendingProgress>()

  get size(): number {
    return this.#pending.size
  }

  /** How many operations have progress that is not known to be committed. */
  get unwritten(): number {
    return new Set([...this.#pending.keys(), ...this.#inFlight.keys()]).size
  }

  /**
   * Accepts a patch for the operation whose last committed state is `row`. Throws `illegal_transition`, `fenced` or
   * `invalid_progress`, and then nothing has changed.
   */
  accept(row: OperationRow, patch: ProgressPatch, attempt: number | null, waiter?: CommitWaiter): void {
    if (isEnded(row.status)) transition({ status: row.status, held: false }, 'progress')
    if (attempt !== null && attempt < row.attempt) throw fenced(row.id, attempt, row.attempt)
    const pending = this.#pending.get(row.id)
    const before = pending ?? this.#inFlight.get(row.id)
    const base = before === undefined || isOlderAttempt(before, row) ? row : before.values
    const entry: PendingProgress = {
      id: row.id,
      attempt: attempt ?? pending?.attempt ?? null,
      values: applyProgress(base, storable(patch)),
      isDriven: waiter === undefined || pending?.isDriven === true,
      generation: pending?.generation ?? this.outstanding.add(),
      skipped: 0,
      waiters: waiter === undefined ? (pending?.waiters ?? []) : [...(pending?.waiters ?? []), waiter],
    }
    this.#pending.set(row.id, entry)
  }

  /** Takes up to `maximum` entries out to be written, those that wait longest first. Each comes back by one of the calls below. */
  take(maximum: number): PendingProgress[] {
    const taken: PendingProgress[] = []
    for (const entry of this.#pending.values()) {
      if (taken.length >= maximum) break
      taken.push(entry)
    }
    if (taken.length === this.#pending.size) this.#pending = new Map()
    else for (const { id } of taken) this.#pending.delete(id)
    for (const entry of taken) this.#inFlight.set(entry.id, entry)
    return taken
  }

  /** Committed by a flush. False when a completion had absorbed it meanwhile. */
  settle(entry: PendingProgress): boolean {
    if (!this.#endFlight(entry)) return false
    this.outstanding.settle(entry.generation)
    for (const { resolve } of entry.waiters) resolve()
    return true
  }

  /** Refused by the database. False when a completion had absorbed it, which makes the refusal void. */
  refuse(entry: PendingProgress, error: SyncwatchError): boolean {
    if (!this.#endFlight(entry)) return false
    this.outstanding.settle(entry.generation)
    this.outstanding.refuse(error)
    for (const { reject } of entry.waiters) reject(error)
    return true
  }

  /** Not written, because somebody holds the row or the database is gone: waits again, below what came meanwhile. */
  putBack(entry: PendingProgress, skipped = entry.skipped): void {
    if (!this.#endFlight(entry)) return
    const newer = this.#pending.get(entry.id)
    if (newer === undefined) {
      this.#pending.set(entry.id, { ...entry, skipped })
      return
    }
    // The newer values were applied on top of these, so they hold both.
    this.outstanding.settle(newer.generation)
    this.#pending.set(entry.id, {
      ...newer,
      generation: entry.generation,
      skipped,
      waiters: [...entry.waiters, ...newer.waiters],
    })
  }

  /** The database is gone: those who wait for a commit are told, the values stay. */
  failWaiters(error: unknown): void {
    for (const entry of this.#pending.values()) {
      if (entry.waiters.length === 0) continue
      for (const { reject } of entry.waiters) reject(error)
      this.#pending.set(entry.id, { ...entry, waiters: [] })
    }
    this.outstanding.fail(error)
  }

  /** What an ending operation has to take along: everything accepted and not known to be committed. */
  latest(id: OperationId): PendingProgress | undefined {
    return this.#pending.get(id) ?? this.#inFlight.get(id)
  }

  /** The operation has ended with `latest` in it: nothing of it is to be written any more. */
  absorb(id: OperationId): void {
    for (const map of [this.#inFlight, this.#pending]) {
      const entry = map.get(id)
      if (entry === undefined) continue
      map.delete(id)
      this.outstanding.settle(entry.generation)
      for (const { resolve } of entry.waiters) resolve()
    }
    this.outstanding.announce()
  }

  #endFlight(entry: PendingProgress): boolean {
    if (this.#inFlight.get(entry.id) !== entry) return false
    this.#inFlight.delete(entry.id)
    return true
  }
}

/** A claim of this operation was lost to a newer one. */
export function fenced(id: string, mine: number, current: number): SyncwatchError {
  return new SyncwatchError(
    'fenced',
    `Operation ${id} is at attempt ${current}, so attempt ${mine} may not write to it any more. Stop working on it.`,
    { details: { attempt: mine, current_attempt: current } },
  )
}

const LONGEST_TEXT = 10_000

/** One message that Postgres cannot keep would fail the flush of all the others. */
function storable(patch: ProgressPatch): ProgressPatch {
  const { phase, message } = patch
  if (isClean(phase) && isClean(message)) return patch
  return {
    ...patch,
    ...(phase !== undefined && { phase: cleanText(phase) }),
    ...(message !== undefined && { message: cleanText(message) }),
  }
}

function isClean(text: string | undefined): boolean {
  return text === undefined || (text.length <= LONGEST_TEXT && isStorable(text))
}

/** What a text column takes (see `isStorable`), of a length that a person may still read. */
export function cleanText(text: string): string {
  return text.slice(0, LONGEST_TEXT).replaceAll('\0', '\ufffd').toWellFormed()
}

function isOlderAttempt(before: PendingProgress, row: OperationRow): boolean {
  return before.attempt !== null && before.attempt < row.attempt
}
