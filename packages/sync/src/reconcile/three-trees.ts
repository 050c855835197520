import type { StoreMode } from '@syncwatch/core'
import type { AssetMetadata } from '../ports/asset-metadata.ts'

/** What both sides last agreed on. Metadata is what the store could hold of it then. */
export interface BaseSide {
  readonly key: string
  readonly version: string
  /** Null where a store in reference mode was never read. */
  readonly sha256: string | null
  readonly metadata: AssetMetadata
  readonly metadataVersion: string | null
}

/** The asset, live or in the trash. Metadata is what the store could hold of it, so that it can be compared with the base. */
export interface LibrarySide {
  readonly key: string
  /** Raised by each change that a person would notice: content, key, metadata, trash. */
  readonly revision: number
  readonly sha256: string | null
  readonly metadata: AssetMetadata
  /** ISO time of the last change of content, null where nobody knows. */
  readonly modifiedAt: string | null
  readonly trashed: boolean
}

/** The object as the store shows it. What was not read yet is null: `sha256` and `metadata`. */
export interface StoreSide {
  readonly key: string
  readonly version: string
  readonly sha256: string | null
  readonly modifiedAt: string | null
  readonly metadataVersion: string | null
  readonly metadata: AssetMetadata | null
}

/**
 * One thing, seen from three trees. The base ties an asset to an object, whatever they are called now; where there is no base,
 * the key does.
 */
export interface ThreeTrees {
  readonly base: BaseSide | null
  /** The version that was there when both sides agreed that it is gone; null without a tombstone. */
  readonly tombstone: { readonly version: string } | null
  readonly library: LibrarySide | null
  /** `absent` only after a complete listing; `unknown` after one that was not. */
  readonly store: StoreSide | 'absent' | 'unknown'
  /**
   * Whether the key that this thing has in the store is another asset's in the library (`library`), or the key that it has in
   * the library is another object's in the store (`store`). `both` where names are swapped.
   */
  readonly taken: 'no' | 'library' | 'store' | 'both'
}

export type ConflictPolicy = 'keep-both' | 'newer' | 'library' | 'store' | 'manual'

/** What the store's settings say. */
export interface SyncPolicy {
  readonly mode: StoreMode
  readonly conflicts: ConflictPolicy
}
