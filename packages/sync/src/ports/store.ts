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
  /** A code of the error catalogue. */
  readonly code: string
  readonly message: string
}

/** A page of a listing. `complete` is true on the last page of a listing that missed nothing. */
export interface ListingPage {
  readonly objects: readonly StoreObject[]
  readonly problems: readonly StoreProblem[]
  /** How many entries of this page were passed over by the driver's documented list of ignored names. */
  readonly ignored: number
  readonly complete: boolean
}

/** Content being read, with the version that was opened: the caller compares it again when the stream has ended. */
export interface OpenObject {
  readonly object: StoreObject
  readonly stream: AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/**
 * What a store says of who it is. `marker` is the id that we left there; `place` is what the place itself tells (a folder:
 * device and inode of its root), enough to recognise a store that we may not write to.
 */
export interface StoreIdentity {
  readonly marker: string | null
  readonly place: string | null
}

/** An outside place. Errors carry codes; `store_unavailable` means nothing may be concluded about what is there. */
export interface Store {
  readonly capabilities: StoreCapabilities
  /** Reads the identity; with `create` the marker is made where it is missing and the place allows it. */
  identity(options: { create: boolean; signal?: AbortSignal }): Promise<StoreIdentity>
  list(options: { signal?: AbortSignal }): AsyncIterable<ListingPage>
  /** A direct read of one key; null when it is not there. */
  head(key: string, options?: { signal?: AbortSignal }): Promise<StoreObject | null>
  read(key: string, options?: { signal?: AbortSignal }): Promise<OpenObject>
  close(): Promise<void>
}
