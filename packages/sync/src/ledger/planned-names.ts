import type { StoreId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { Pool } from 'pg'
import { planOfRun } from './run-tables.ts'

export const isAssetId = (name: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)

/** Whether the full run of a store that is under way works on anything that has one of these names: the id of an asset, or a key on either side. */
export async function isInPlan(pool: Pool, storeId: StoreId, names: readonly string[]): Promise<boolean> {
  const plan = await planOfRun(pool, storeId)
  if (plan === null) return false
  const [found] = await query(
    pool,
    `SELECT 1 FROM ${plan} plan
     WHERE plan.key = ANY ($1::text[]) OR plan.asset_id = ANY ($2::uuid[])
        OR plan.asset_id IN (SELECT id FROM syncwatch.media_assets WHERE key = ANY ($1::text[]) AND trashed_at IS NULL)
        OR plan.replica_id IN (SELECT id FROM syncwatch.media_replicas WHERE store_id = $3 AND remote_key = ANY ($1::text[]))
     LIMIT 1`,
    [names, names.filter(isAssetId), storeId],
  )
  return found !== undefined
}
