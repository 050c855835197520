import type { StoreId } from '@syncwatch/core'
import type { HeldPlan } from './held-plan.ts'

/** What waits for a person. Times are ISO. */
export interface Attention {
  conflicts: { store_id: StoreId | null; store_name: string | null; count: number; since: string }[]
  plans: HeldPlan[]
  trash_count: number
}
