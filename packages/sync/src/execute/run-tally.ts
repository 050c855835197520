import type { ProgressPatch } from '@syncwatch/status-manager'
import type { PlannedRow } from '../plan/planned-row.ts'
import { itemReport } from './item-report.ts'
import type { TimedOutcome } from './outcome.ts'

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
  imported = 0
  updated = 0
  /** Keys on which both sides still do not agree: held, failed or skipped. */
  unsettled = 0
  held = 0
  skipped = 0
  /** The most files that were worked on at once. */
  peakConcurrency = 0

  count(group: readonly TimedOutcome[], accepted: ReadonlySet<string>): void {
    for (const timed of group) this.#countOne(timed, accepted)
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
    else this.skipped += 1
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

  #countOne(timed: TimedOutcome, accepted: ReadonlySet<string>): void {
    const { outcome } = timed
    this.processedItems += 1
    this.#settledBytes += outcome.row.object?.size ?? 0
    this.#reading.delete(outcome.row.seq)
    const state = itemReport(timed, accepted)?.state
    if (state === 'failed') this.failedItems += 1
    if (outcome.kind === 'held') this.held += 1
    else if (state === 'skipped') this.skipped += 1
    if (state === 'failed' || state === 'skipped') this.unsettled += 1
    else if (outcome.kind === 'created') this.imported += 1
    else if (outcome.kind === 'updated') this.updated += 1
  }
}
