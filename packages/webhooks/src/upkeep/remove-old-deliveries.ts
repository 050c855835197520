import { query } from '@syncwatch/database'
import type pg from 'pg'

const DAY_MS = 86_400_000
/** How long deliveries are kept: what arrived, what did not, and what waits for an endpoint that is switched off. */
export const KEPT_DELIVERIES = { deliveredDays: 7, deadDays: 30, pendingDays: 30 } as const

/** Rows of one transaction: a large delete would be a long one. */
const BATCH = 500

/** Removes what is old. Any number of nodes may do it at once. */
export async function removeOldDeliveries(pool: pg.Pool, schema: string, now: number): Promise<number> {
  const before = (days: number) => new Date(now - days * DAY_MS).toISOString()
  const { deliveredDays, deadDays, pendingDays } = KEPT_DELIVERIES
  for (let removed = 0; ; ) {
    const [batch] = await query<{ count: number }>(
      pool,
      `WITH gone AS (
         DELETE FROM ${schema}.sync_webhook_deliveries WHERE id IN (
           SELECT id FROM ${schema}.sync_webhook_deliveries d
           WHERE state = 'delivered' AND ended_at < $1 OR state = 'dead' AND ended_at < $2
             OR state = 'pending' AND created_at < $3
               AND NOT EXISTS (SELECT FROM ${schema}.sync_webhook_endpoints e WHERE e.id = d.endpoint_id AND e.enabled)
           LIMIT $4 FOR UPDATE SKIP LOCKED)
         RETURNING 1)
       SELECT count(*) AS count FROM gone`,
      [before(deliveredDays), before(deadDays), before(pendingDays), BATCH],
    )
    removed += batch?.count ?? 0
    if ((batch?.count ?? 0) < BATCH) return removed
  }
}
