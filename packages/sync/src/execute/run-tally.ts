import type { ProgressPatch } from '@syncwatch/status-manager'
import { itemReport } from './item-report.ts'
import type { TimedOutcome } from './outcome.ts'

/** Counts of a run. Only what is committed is counted, so that nobody is shown what a crash could take back. */
export class RunTally {
  processedItems = 0
  failedItems = 0
  processedBytes = 0
  imported = 0
  updated = 0
  /** Keys on which both sides still do not agree: held, failed or skipped. */
  unsettled = 0
  held = 0
  skipped = 0

  count(group: readonly TimedOutcome[], accepted: ReadonlySet<string>): void {
    for (const timed of group) this.#countOne(timed, accepted)
  }

  countProblem(failed: boolean): void {
    this.processedItems += 1
    if (failed) this.failedItems += 1
    else this.skipped += 1
  }

  progress(): ProgressPatch {
    return {
      processed_items: this.processedItems,
      failed_items: this.failedItems,
      processed_bytes: this.processedBytes,
    }
  }

  #countOne(timed: TimedOutcome, accepted: ReadonlySet<string>): void {
    const { outcome } = timed
    this.processedItems += 1
    this.processedBytes += outcome.row.object?.size ?? 0
    const state = itemReport(timed, accepted)?.state
    if (state === 'failed') this.failedItems += 1
    if (outcome.kind === 'held') this.held += 1
    else if (state === 'skipped') this.skipped += 1
    if (state === 'failed' || state === 'skipped') this.unsettled += 1
    else if (outcome.kind === 'created') this.imported += 1
    else if (outcome.kind === 'updated') this.updated += 1
  }
}
