import { type AssetUsage, optionalText } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'
import { z } from 'zod'
import { readDetail } from './read-detail.ts'

/** A place where the app uses an asset. */
export const usageSchema = z.strictObject({
  used_in: optionalText(255).min(1, 'must not be empty'),
  reference: optionalText(1_000).min(1, 'must not be empty'),
})
export type UsageReference = z.infer<typeof usageSchema>

/** Where an asset is used. Rejects `asset_not_found`. */
export async function listUsage(on: Queryable, assetId: string): Promise<AssetUsage[]> {
  const { id } = await readDetail(on, assetId)
  return query<AssetUsage & Record<string, unknown>>(
    on,
    `SELECT used_in, reference, created_at FROM syncwatch.media_usage WHERE asset_id = $1
     ORDER BY used_in, reference LIMIT 1000`,
    [id],
  )
}

/** Records a use; the same again is that one. Rejects `asset_not_found`. */
export async function addUsage(on: Queryable, assetId: string, usage: UsageReference): Promise<AssetUsage> {
  const { id } = await readDetail(on, assetId)
  const [row] = await query<AssetUsage & Record<string, unknown>>(
    on,
    `INSERT INTO syncwatch.media_usage (asset_id, used_in, reference) VALUES ($1, $2, $3)
     ON CONFLICT (asset_id, used_in, reference) DO UPDATE SET reference = excluded.reference
     RETURNING used_in, reference, created_at`,
    [id, usage.used_in, usage.reference],
  )
  return row as AssetUsage
}

/** Forgets a use. Resolves also where there was none. Rejects `asset_not_found`. */
export async function removeUsage(on: Queryable, assetId: string, usage: UsageReference): Promise<void> {
  const { id } = await readDetail(on, assetId)
  await query(on, 'DELETE FROM syncwatch.media_usage WHERE asset_id = $1 AND used_in = $2 AND reference = $3', [
    id,
    usage.used_in,
    usage.reference,
  ])
}
