import type { StoreId } from '@syncwatch/core'

/** A safety gate that is closed, and what it holds back. */
export interface ClosedGate {
  gate: number
  guards: 'inferred_deletes' | 'library_deletes' | 'store_overwrites' | 'library_overwrites' | (string & {})
  /** A sentence with the numbers. */
  message: string
}

/** What safety gates hold back of a store. Times are ISO. */
export interface HeldPlan {
  id: string
  store_id: StoreId
  operation_id: string | null
  state: 'pending' | 'approved' | 'dropped' | 'expired' | 'done'
  gates: ClosedGate[]
  /** How many rows each rule has, and `rows` in all. */
  counts: Record<string, number>
  created_at: string
  expires_at: string
  decided_at: string | null
  decided_by: string | null
}

/** One file of it, with what would become of its two sides. Size is bytes. */
export interface HeldRow {
  key: string
  asset_id: string | null
  rule: string
  library: string
  store: string
  base_version: string | null
  store_version: string | null
  library_revision: number | null
  size: number | null
  /** Whether the asset has a small picture. */
  has_thumbnail: boolean
}

/** A store's plan with a page of its rows. */
export interface StorePlan {
  plan: HeldPlan | null
  rows: HeldRow[]
  next_cursor: string | null
}

/** How many files a plan holds back. */
export const heldCount = (plan: HeldPlan): number => plan.counts.rows ?? 0
