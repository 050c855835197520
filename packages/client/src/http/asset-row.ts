import type { AssetId, StoreId } from '@syncwatch/core'

export type AssetSyncState = 'in_sync' | 'differs' | 'not_verified'

/** A row of the library. Sizes are bytes, width and height pixels, times ISO 8601. */
export interface AssetRow {
  id: AssetId
  rev: number
  /** Folder and name, `/`-separated, exactly as it was spelled. */
  key: string
  folder: string
  name: string
  size: number
  mime_type: string | null
  sha256: string | null
  width: number | null
  height: number | null
  display_name: string | null
  description: string | null
  alt_text: string | null
  tags: string[]
  content_modified_at: string | null
  thumbnail: 'none' | 'pending' | 'done' | 'failed'
  sync_state: AssetSyncState
  verified_at: string | null
  created_at: string
  updated_at: string
}

/** What a store has of an asset. */
export interface ReplicaRow {
  store_id: StoreId
  store_name: string
  remote_key: string
  remote_version: string
  remote_size: number
  remote_modified_at: string | null
  sync_state: AssetSyncState
  verified_at: string | null
  error_code: string | null
}
