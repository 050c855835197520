import type { ErrorCode } from '@syncwatch/core'
import type { PlannedRow } from '../plan/planned-row.ts'
import type { StoreObject } from '../ports/store.ts'
import type { HoldReason } from '../reconcile/decision.ts'

/** Content that was read from a store, and the version that it was. */
export interface TakenContent {
  readonly object: StoreObject
  readonly sha256: string
  readonly size: number
  readonly mimeType: string
}

/** What came of one row of the plan, before it is committed. */
export type Outcome =
  | { readonly kind: 'created'; readonly row: PlannedRow; readonly assetId: string; readonly content: TakenContent }
  | {
      readonly kind: 'updated'
      readonly row: PlannedRow
      readonly assetId: string
      readonly ifRevision: number
      readonly content: TakenContent
    }
  /** Both sides have the same: `adopted` is new as a base, `refreshed` only got a new version. */
  | {
      readonly kind: 'adopted' | 'refreshed'
      readonly row: PlannedRow
      readonly assetId: string
      readonly content: TakenContent
    }
  | { readonly kind: 'held'; readonly row: PlannedRow; readonly reason: HoldReason | 'write_back' }
  | {
      readonly kind: 'failed' | 'skipped'
      readonly row: PlannedRow
      readonly code: ErrorCode
      readonly message: string
    }
  | { readonly kind: 'nothing'; readonly row: PlannedRow }

/** An outcome with how long the work on it took, in milliseconds. */
export interface TimedOutcome {
  readonly outcome: Outcome
  readonly durationMs: number
}
