import type { AssetRow } from './asset-row.ts'

/** Everything that is known of one asset, live or in the trash. */
export interface AssetDetail extends AssetRow {
  custom: Record<string, unknown>
  metadata_modified_at: string | null
  /** ISO time; null for a live asset. */
  trashed_at: string | null
  trashed_by: string | null
  trash_reason: string | null
  /** How many uses the app has recorded; an asset in use is deleted only with `force`. */
  usage_count: number
}
