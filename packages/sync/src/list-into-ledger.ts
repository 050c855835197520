import { isSyncwatchError } from '@syncwatch/core'
import type { LedgerRun } from './ports/ledger.ts'
import type { Store, StoreObject, StoreProblem } from './ports/store.ts'
import type { StoreRecord } from './stores/store-record.ts'

/** Objects that are staged at once. What waits longer grows old in memory, and old garbage is collected late. */
const STAGE_PAGE = 1_000

/** What a listing came to. */
export interface Listed {
  readonly listed: number
  /** Whether it missed nothing: only then may anything be concluded from absence. */
  readonly complete: boolean
  /** Null where no sentinel is configured (gate 7). */
  readonly sentinelSeen: boolean | null
}

export interface ListOptions {
  readonly store: Store
  readonly signal: AbortSignal
  onListed(listed: number): Promise<void>
  onProblems(problems: readonly StoreProblem[]): Promise<void>
}

/** Streams a listing into the ledger. In memory: one portion of it. */
export async function listIntoLedger(options: ListOptions, record: StoreRecord, ledgerRun: LedgerRun): Promise<Listed> {
  const { store, signal } = options
  const { sentinel } = record.config
  const seen = { listed: 0, complete: false, sentinelSeen: typeof sentinel === 'string' ? false : null }
  let waiting: StoreObject[] = []
  const flush = async () => {
    await ledgerRun.stage(waiting)
    waiting = []
    await options.onListed(seen.listed)
  }
  try {
    for await (const page of store.list({ signal })) {
      signal.throwIfAborted()
      seen.listed += page.objects.length
      seen.complete = page.complete
      if (page.objects.some(({ key }) => key === sentinel)) seen.sentinelSeen = true
      waiting.push(...page.objects)
      if (page.problems.length > 0) await options.onProblems(page.problems)
      if (waiting.length >= STAGE_PAGE) await flush()
    }
  } catch (error) {
    // A store that asks to be left alone in the middle of its listing has shown what it has shown.
    const passing = isSyncwatchError(error, 'rate_limited') || isSyncwatchError(error, 'timeout')
    if (signal.aborted || !passing) throw error
    seen.complete = false
  }
  await flush()
  return seen
}
