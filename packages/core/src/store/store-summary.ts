import type { OperationId, StoreId } from '../ids.ts'

export type StoreKind = 'folder' | 's3' | 'cloudinary' | 'webdav'
export type StoreMode = 'two-way' | 'pull' | 'push'

/** A connected store as lists and the live topic `stores` show it. */
export interface StoreSummary {
  id: StoreId
  rev: number
  name: string
  kind: StoreKind
  mode: StoreMode
  content_mode: 'full' | 'reference'
  /** Where it is, without credentials: a path or an address. */
  location: string
  state: 'idle' | 'syncing' | 'paused' | 'unavailable'
  asset_count: number
  total_bytes: number
  /** How many assets differed at the last complete comparison; null before the first. */
  differ_count: number | null
  failed_count: number
  /** End of the last run whose listing was complete. */
  verified_at: string | null
  /** End of the last complete run that left nothing different and nothing failed. */
  converged_at: string | null
  last_operation_id: OperationId | null
  last_error: { code: string; message: string } | null
  /** A cron expression of five fields in UTC, null for by hand. */
  schedule: string | null
  next_run_at: string | null
  conflict_policy: 'keep-both' | 'newer' | 'library' | 'store' | 'manual'
  /** Deletes within 24 hours before a person is asked; null for the default of max(10, 10 %). */
  delete_limit: number | null
  /** The folders that are synced, each with a slash at its end; empty for everything. */
  prefixes: string[]
  /** A file of the store that must be there before anything counts as deleted; null for none. */
  sentinel: string | null
  created_at: string
  updated_at: string
}
