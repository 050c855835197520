import type { StoreId, StoreKind, StoreMode } from '@syncwatch/core'
import type { StoreIdentity } from '../ports/store.ts'

/** What a run needs to know of a store. */
export interface StoreRecord {
  readonly id: StoreId
  readonly name: string
  readonly kind: StoreKind
  readonly mode: StoreMode
  readonly content_mode: 'full' | 'reference'
  readonly location: string
  readonly config: Readonly<Record<string, unknown>>
  readonly identity: StoreIdentity
}
