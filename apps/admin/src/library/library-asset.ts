import type { AssetRow } from '@syncwatch/core'

/** An asset as the library's list and its live topic send it, beyond what every viewer needs. */
export interface LibraryAsset extends AssetRow {
  thumbnail: 'none' | 'pending' | 'done' | 'failed'
  sync_state: 'in_sync' | 'differs' | 'not_verified'
  verified_at: string | null
}
