import { type StoreId, SyncwatchError } from '@syncwatch/core'
import type { Page } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { StoreCatalog } from '../stores/store-catalog.ts'
import { decidePlan, type HeldPlan, type HeldRow, heldRows, openPlan, openPlans } from './held-plans.ts'

/** What gates hold back, as a person looks at it and decides. */
export class HeldPlans {
  readonly #pool: Pool
  readonly #catalog: StoreCatalog

  constructor(pool: Pool) {
    this.#pool = pool
    this.#catalog = new StoreCatalog(pool)
  }

  /** The plan of a store that waits for a decision, or was approved and waits for its run; null without one. Rejects `store_not_found`. */
  async open(storeId: string): Promise<HeldPlan | null> {
    const store = await this.#catalog.get(storeId)
    return openPlan(this.#pool, store.id)
  }

  /** The plans of all stores that wait. */
  waiting(): Promise<HeldPlan[]> {
    return openPlans(this.#pool)
  }

  /** A page of what it holds back. `cursor` is how far the page before came. Rejects `invalid_cursor`. */
  async rows(
    planId: string,
    { limit = 50, cursor }: { limit?: number; cursor?: string } = {},
  ): Promise<Page<HeldRow & { seq: number }>> {
    const after = cursor === undefined ? -1 : Number(cursor)
    if (!Number.isInteger(after)) throw new SyncwatchError('invalid_cursor', 'The cursor is not one of this list.')
    const rows = await heldRows(this.#pool, planId, after, limit + 1)
    const page = rows.slice(0, limit)
    return { items: page, next_cursor: rows.length > limit ? String(page.at(-1)?.seq) : null }
  }

  /**
   * Approves the plan of a store, for exactly the evidence that it shows and the next run only. Rejects `store_not_found`,
   * `plan_not_found`, and `plan_changed` where it does not have the number of rows that the person was shown.
   */
  approve(storeId: string, planId: string, shown: { rows: number; by: string }): Promise<HeldPlan> {
    return this.#decide(storeId, { planId, approve: true, rows: shown.rows, by: shown.by })
  }

  /** Drops it: what it holds back is not done, and not asked for again while it looks the same. Also takes an approval back. */
  drop(storeId: string, planId: string, by: string): Promise<HeldPlan> {
    return this.#decide(storeId, { planId, approve: false, rows: null, by })
  }

  async #decide(
    storeId: string,
    decision: { planId: string; approve: boolean; rows: number | null; by: string },
  ): Promise<HeldPlan> {
    const { id } = await this.#catalog.get(storeId)
    return decidePlan(this.#pool, { ...decision, storeId: id satisfies StoreId })
  }
}
