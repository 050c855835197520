import type { StoreId } from '@syncwatch/core'
import type { Store } from './store.ts'

/** The stores beside the one that is synced: they may have bytes that the vault does not keep. */
export interface OtherStores {
  /** A driver, which is closed by who gave it. Rejects as drivers do where the store is not there. */
  open(storeId: StoreId): Promise<Store>
}
