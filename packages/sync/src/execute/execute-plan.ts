import type { Clock } from '@syncwatch/core'
import type { OperationRun } from '@syncwatch/status-manager'
import pLimit from 'p-limit'
import type { Pool } from 'pg'
import { type PlannedRow, readPlan } from '../plan/planned-row.ts'
import type { RunTables } from '../plan/run-tables.ts'
import type { StoreRecord } from '../stores/store-record.ts'
import { Ledger } from './ledger.ts'
import { type PerformOptions, performRow } from './perform-row.ts'
import type { RunTally } from './run-tally.ts'

/** Rows of the plan that are in memory at once. */
const PLAN_PAGE = 1_000
const BYTES_EVERY_MS = 500

export interface ExecutePlanOptions extends Omit<PerformOptions, 'policy' | 'contentMode' | 'onBytes'> {
  readonly pool: Pool
  readonly run: OperationRun
  readonly record: StoreRecord
  readonly tables: RunTables
  readonly tally: RunTally
  readonly clock: Clock
  /** How many files are worked on at once. */
  readonly concurrency: number
}

/**
 * Does the plan page by page. Rejects with what ended the run; by then nothing is running any more, and what was done is
 * committed.
 */
export async function executePlan(options: ExecutePlanOptions): Promise<void> {
  // One failure that ends the run stops the others: reading on would be for nothing.
  const stop = new AbortController()
  const ledger = ledgerOf(options)
  try {
    await performAll(options, ledger, stop)
  } finally {
    await ledger.drain().catch((error: unknown) => stop.abort(error))
  }
  if (stop.signal.aborted) throw stop.signal.reason
}

function ledgerOf({ pool, run, clock, record, inspector, tally }: ExecutePlanOptions): Ledger {
  return new Ledger({
    pool,
    run,
    clock,
    scope: { storeId: record.id, operationId: run.id, canInspect: (mimeType) => inspector.canInspect(mimeType) },
    onCommitted: async (group, accepted) => {
      tally.count(group, accepted)
      await run.progress(tally.progress())
    },
  })
}

async function performAll(options: ExecutePlanOptions, ledger: Ledger, stop: AbortController): Promise<void> {
  const { pool, tables, record } = options
  const perform: PerformOptions = {
    ...options,
    signal: AbortSignal.any([options.signal, stop.signal]),
    policy: { mode: record.mode },
    contentMode: record.content_mode,
    onBytes: byteCounter(options),
  }
  const limit = pLimit(options.concurrency)
  for (let last = 0; ; ) {
    const rows = await readPlan(pool, tables, last, PLAN_PAGE)
    if (rows.length === 0) return
    last = rows.at(-1)?.seq ?? last
    const work = rows.map((row) =>
      limit(() => {
        options.tally.countRunning(limit.activeCount)
        return performOne(row, perform, ledger, options.clock, stop)
      }),
    )
    // All are awaited even when one fails: nothing may still be running when the run has ended.
    await Promise.allSettled(work)
    if (options.signal.aborted) throw options.signal.reason
    if (stop.signal.aborted) throw stop.signal.reason
  }
}

/** Counts bytes as they are read, and reports them now and then: a commit may be a large file away. */
function byteCounter({ tally, run, clock }: ExecutePlanOptions): PerformOptions['onBytes'] {
  let reportedAt = clock.monotonic()
  return (row, count) => {
    tally.countBytes(row, count)
    if (clock.monotonic() - reportedAt < BYTES_EVERY_MS) return
    reportedAt = clock.monotonic()
    // A claim that was lost says so through the run's signal.
    run.progress(tally.progress()).catch(() => undefined)
  }
}

async function performOne(
  row: PlannedRow,
  perform: PerformOptions,
  ledger: Ledger,
  clock: Clock,
  stop: AbortController,
): Promise<void> {
  if (perform.signal.aborted) return
  try {
    const before = clock.monotonic()
    const outcome = await performRow(row, perform)
    await ledger.add({ outcome, durationMs: clock.monotonic() - before })
  } catch (error) {
    stop.abort(error)
  }
}
