import type { StoreKind } from '@syncwatch/core'

/** What a driver can do; the engine decides by these and never by the kind. */
export interface StoreCapabilities {
  readonly kind: StoreKind
  /** `strong`: absent from a complete listing and from a direct read means absent. */
  readonly listing: 'strong' | 'eventual'
  readonly listingOrder: 'key' | 'none'
  readonly stableIds: boolean
  readonly conditionalWrites: boolean
  readonly rename: boolean
  readonly metadata: boolean
  readonly watch: boolean
}

/** One object as a listing or a direct read shows it. */
export interface StoreObject {
  /** The path below the store's root, `/`-separated, exactly as the store spells it. */
  readonly key: string
  /** The store's own id where it has one (a folder: device and inode). */
  readonly remoteId: string | null
  /** Changes whenever the content may have changed (a folder: size, mtime and inode). */
  readonly version: string
  readonly size: number
  /** ISO time, null when the store does not say. */
  readonly modifiedAt: string | null
}

/** Something in the listing that cannot be synced, and why. It becomes an item of the operation. */
export interface StoreProblem {
  readonly key: string
  readonly code: string
  readonly message: string
}

/** A page of a listing. `complete` is true on the last page of a listing that missed nothing. */
export interface ListingPage {
  readonly objects: readonly StoreObject[]
  readonly problems: readonly StoreProblem[]
  readonly complete: boolean
}

/** Content being read, with the version that was opened: the caller compares it again when the stream has ended. */
export interface OpenObject {
  readonly object: StoreObject
  readonly stream: AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** An outside place. Errors carry codes; `store_unavailable` means nothing may be concluded about what is there. */
export interface Store {
  readonly capabilities: StoreCapabilities
  /** The identity marker, created where it is missing and allowed; null when it cannot be read. */
  identity(options: { create: boolean; signal?: AbortSignal }): Promise<string | null>
  list(options: { signal?: AbortSignal }): AsyncIterable<ListingPage>
  /** A direct read of one key; null when it is not there. */
  head(key: string, options?: { signal?: AbortSignal }): Promise<StoreObject | null>
  read(key: string, options?: { signal?: AbortSignal }): Promise<OpenObject>
  close(): Promise<void>
}
