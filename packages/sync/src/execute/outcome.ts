import type { HeldRow } from '../plan/held-plans.ts'
import type { LedgerEntry, PlannedRow } from '../ports/ledger.ts'

/** What a run did about one thing, as it is counted. */
export type Did =
  | 'nothing'
  | 'adopted'
  | 'imported'
  | 'updated'
  | 'exported'
  | 'renamed'
  | 'described'
  | 'deleted'
  | 'copied'
  | 'held'
  | 'failed'
  | 'skipped'

/** What came of one row of the plan: done in the store, and to be committed. */
export interface Outcome {
  readonly row: PlannedRow
  readonly did: Did
  readonly entry: LedgerEntry
  /** What a gate held back of it. */
  readonly held: HeldRow | null
  /** The name that it waits for in the store, because another object still has it. */
  readonly waitsFor: string | null
  readonly durationMs: number
}

export const NO_ENTRY: LedgerEntry = {
  assets: [],
  bases: [],
  conflict: null,
  applied: [],
  item: null,
  refusedItem: null,
}
