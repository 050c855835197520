import type { AssetId } from '../ids.ts'
import type { AssetSyncState } from './asset-sync-state.ts'

/** An asset as lists, the HTTP API and the live topic `assets` show it. Sizes are bytes, times ISO 8601 in UTC. */
export interface AssetRow {
  id: AssetId
  rev: number
  /** Raised by each change that a person would notice; `rev` is raised by bookkeeping too. A change is conditional on it. */
  revision: number
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
  /** `none`: there will be no thumbnail of this type. */
  thumbnail: 'none' | 'pending' | 'done' | 'failed'
  sync_state: AssetSyncState
  /** When the stores were last known to agree, the oldest of them; null before. */
  verified_at: string | null
  created_at: string
  updated_at: string
}
