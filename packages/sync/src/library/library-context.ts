import type { Clock, StoreId } from '@syncwatch/core'
import type { Pool } from 'pg'
import type { MediaInspector } from '../ports/media-inspector.ts'
import type { Vault } from '../ports/vault.ts'

/** What changes of the library work with. */
export interface LibraryContext {
  readonly pool: Pool
  readonly vault: Vault
  readonly inspector: MediaInspector
  readonly clock: Clock
  /** Longest content that is taken in by an edit, in bytes. */
  readonly maxContentBytes: number
  /** `full` (default): content is on disk before its row is committed. */
  readonly durability?: 'full' | 'relaxed'
  /** Told after the commit which assets the stores that are written to have to be told of, and `storeId` in any case. */
  onChanged(assetIds: readonly string[], by: string, storeId?: StoreId): void
  /** Told when there is new content, so that media jobs look at once. */
  onContent(): void
}

/** Who changes something, and which revision that person was looking at. */
export interface EditedBy {
  /** A name, never a secret. */
  readonly by: string
  readonly revision: number
}
