import type { StoreId } from '../ids.ts'
import type { AssetSyncState } from './asset-sync-state.ts'

/** What a store has of an asset. */
export interface AssetReplicaRow {
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
