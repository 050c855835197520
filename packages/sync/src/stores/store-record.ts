import type { StoreId, StoreKind, StoreMode } from '@syncwatch/core'
import type { StoreIdentity } from '../ports/store.ts'
import type { ConflictPolicy } from '../reconcile/three-trees.ts'

/** What a run needs to know of a store. */
export interface StoreRecord {
  readonly id: StoreId
  readonly name: string
  readonly kind: StoreKind
  readonly mode: StoreMode
  readonly content_mode: 'full' | 'reference'
  readonly conflict_policy: ConflictPolicy
  /** Deletes within 24 hours before a person is asked; null for the default of max(10, 10 %). */
  readonly delete_limit: number | null
  readonly location: string
  readonly config: Readonly<Record<string, unknown>>
  readonly identity: StoreIdentity
}
