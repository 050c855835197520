import { takeInHand } from './execute/trees-in-hand.ts'
import { compareOptions, evidenceOf } from './full-sync.ts'
import { listIntoLedger } from './list-into-ledger.ts'
import type { ClosedGate, PlanCounts } from './plan/gate.ts'
import { evaluateGates } from './plan/gates.ts'
import type { Ledger, PlannedRow } from './ports/ledger.ts'
import type { Store } from './ports/store.ts'
import { recogniseOnly } from './recognise-store.ts'
import { settle } from './reconcile/settle.ts'
import type { RuleId, Settlement } from './reconcile/settlement.ts'
import type { StoreRecord } from './stores/store-record.ts'
import { scopeOf } from './stores/store-scope.ts'

/** Rows of a preview that are told one by one. */
const SHOWN_ROWS = 1_000
const PAGE = 1_000

/** One thing that a run would look at or do. */
export interface PreviewedRow {
  readonly key: string
  readonly settlement: Settlement
  /** Bytes in the store, or in the library where the store has none. */
  readonly size: number | null
}

/** What a run would do, from a listing of now. What has to be read before it can be decided is told as `look`. */
export interface PlanPreview {
  readonly counts: PlanCounts
  /** Gates that would be closed. */
  readonly gates: readonly ClosedGate[]
  /** Whether the listing missed nothing. */
  readonly complete: boolean
  /** How many things there are of each rule, but for those on which there is nothing to do. */
  readonly rules: Readonly<Partial<Record<RuleId, number>>>
  /** Sizes of what may be copied into the vault, and into the store. */
  readonly bytes: { readonly toLibrary: number; readonly toStore: number }
  /** The first of them, in the order of the plan. */
  readonly rows: readonly PreviewedRow[]
  readonly total: number
}

export interface PreviewOptions {
  readonly ledger: Ledger
  readonly record: StoreRecord
  readonly store: Store
  readonly signal: AbortSignal
}

/** Lists and compares as a run does, and changes nothing on either side. */
export async function previewPlan(options: PreviewOptions): Promise<PlanPreview> {
  const { ledger, record, store, signal } = options
  await recogniseOnly(store, record, signal)
  const ledgerRun = await ledger.open(record.id, scopeOf(record))
  try {
    const nothing = async () => {}
    const listing = await listIntoLedger({ store, signal, onListed: nothing, onProblems: nothing }, record, ledgerRun)
    await recogniseOnly(store, record, signal)
    // What is only looked at now is no evidence of an absence later.
    const compared = await ledgerRun.compare({ ...compareOptions(store, record, listing.complete), listing: 'strong' })
    const gates = evaluateGates(evidenceOf({ record, listing, compared, identity: 'same', markerSeen: true }))
    const policy = { mode: record.mode, conflicts: record.conflict_policy }
    const rules: Partial<Record<RuleId, number>> = {}
    const rows: PreviewedRow[] = []
    let total = 0
    for await (const row of planned(ledgerRun.read.bind(ledgerRun), signal)) {
      const settlement = settle(takeInHand(row, store).trees, policy)
      if (settlement.kind === 'nothing') continue
      total += 1
      rules[settlement.rule] = (rules[settlement.rule] ?? 0) + 1
      if (rows.length < SHOWN_ROWS) rows.push({ key: row.key, settlement, size: row.object?.size ?? row.size })
    }
    const bytes = { toLibrary: compared.storeBytes, toStore: compared.libraryBytes }
    return { counts: compared.counts, gates, complete: listing.complete, rules, bytes, rows, total }
  } finally {
    await ledgerRun.close().catch(() => undefined)
  }
}

/** All rows of a plan, a page at a time. */
export async function* planned(
  read: (after: number, limit: number) => Promise<PlannedRow[]>,
  signal: AbortSignal,
): AsyncGenerator<PlannedRow> {
  for (let last = 0; ; ) {
    signal.throwIfAborted()
    const rows = await read(last, PAGE)
    if (rows.length === 0) return
    yield* rows
    last = rows.at(-1)?.seq ?? last
  }
}
