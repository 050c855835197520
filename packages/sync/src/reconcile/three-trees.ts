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
  /** ISO time of the last change of metadata, where it is known. */
  readonly metadataModifiedAt?: string | null
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
  /** ISO time of the last change of metadata, where the store says it. */
  readonly metadataModifiedAt?: string | null
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
   * Whether another one claims a name of this thing: the key that it has in the store is that of another asset, which stays there
   * (`library`), or the key that it has in the library is that of another object, which stays there (`store`). An asset stays
   * that has no base here, that was renamed to this key, or that was edited. An object stays that has no base or that was renamed to this
   * key. A name that is only still in use, because who has it is about to leave it, is not claimed: whoever wants it waits for it.
   */
  readonly taken: 'no' | 'library' | 'store' | 'both'
  /** ISO times of the last change of content of who claims a name: of that asset, and of that object; null where nobody knows. */
  readonly rivals?: { readonly library: string | null; readonly store: string | null }
  /** Whether the key of the asset is, for a store that cannot tell them apart, the name of another object there (R25). */
  readonly twin?: boolean
}

export type ConflictPolicy = 'keep-both' | 'newer' | 'library' | 'store' | 'manual'

/** What the store's settings say. */
export interface SyncPolicy {
  readonly mode: StoreMode
  readonly conflicts: ConflictPolicy
}
