/** Whether the stores have what the library has. `not_verified`: no complete run has looked yet. */
export type AssetSyncState = 'in_sync' | 'differs' | 'not_verified'
