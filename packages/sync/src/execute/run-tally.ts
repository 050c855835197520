import type { ProgressPatch } from '@syncwatch/core'
import type { PlannedRow } from '../ports/ledger.ts'
import type { Did, Outcome } from './outcome.ts'

/** What leaves both sides as different as they were. */
const UNSETTLED: ReadonlySet<Did> = new Set<Did>(['held', 'failed', 'skipped'])

/**
 * Counts of a run. Items count when they are committed, so that nobody is shown what a crash could take back. Bytes count
 * as they are read, because one large file may take longer than thousands of small ones.
 */
export class RunTally {
  processedItems = 0
  failedItems = 0
  /** Bytes of what is committed. */
  #settledBytes = 0
  /** Bytes read of what is not committed yet, by row. */
  readonly #reading = new Map<number, number>()
  #shownBytes = 0
  readonly #did = new Map<Did, number>()
  /** Listed things that cannot be synced and are no failure. */
  #passedOver = 0
  /** Whether anything but items was written. */
  changed = false
  /** The most files that were worked on at once. */
  peakConcurrency = 0

  count(group: readonly Outcome[], accepted: readonly boolean[]): void {
    for (const [index, outcome] of group.entries()) this.#countOne(outcome, accepted[index] ?? false)
  }

  countBytes(row: PlannedRow, bytes: number): void {
    this.#reading.set(row.seq, (this.#reading.get(row.seq) ?? 0) + bytes)
  }

  countRunning(files: number): void {
    this.peakConcurrency = Math.max(this.peakConcurrency, files)
  }

  countProblem(failed: boolean): void {
    this.processedItems += 1
    if (failed) this.failedItems += 1
    else this.#passedOver += 1
  }

  /** How many things ended so. */
  of(did: Did): number {
    return this.#did.get(did) ?? 0
  }

  /** What was passed over: skipped things, and listed ones that are no file. */
  get passedOver(): number {
    return this.#passedOver + this.of('skipped')
  }

  /** Things on which both sides still do not agree. */
  get unsettled(): number {
    return [...UNSETTLED].reduce((sum, did) => sum + this.of(did), 0)
  }

  progress(): ProgressPatch {
    let bytes = this.#settledBytes
    for (const read of this.#reading.values()) bytes += read
    // A file that was read in vain is counted by its listed size at last, and bytes never go back.
    this.#shownBytes = Math.max(this.#shownBytes, bytes)
    return {
      processed_items: this.processedItems,
      failed_items: this.failedItems,
      processed_bytes: this.#shownBytes,
    }
  }

  #countOne(outcome: Outcome, accepted: boolean): void {
    const did = accepted ? outcome.did : 'skipped'
    this.processedItems += 1
    this.#settledBytes += outcome.row.object?.size ?? outcome.row.size ?? 0
    this.#reading.delete(outcome.row.seq)
    this.#did.set(did, this.of(did) + 1)
    if (did === 'failed') this.failedItems += 1
    if (outcome.entry.assets.length + outcome.entry.bases.length > 0) this.changed = true
  }
}
