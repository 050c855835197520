import type { StoreKind } from '@syncwatch/core'
import type { AssetMetadata } from './asset-metadata.ts'

/** What a driver can do; the engine decides by these and never by the kind. */
export interface StoreCapabilities {
  readonly kind: StoreKind
  /** `strong`: absent from a complete listing and from a direct read means absent. */
  readonly listing: 'strong' | 'eventual'
  readonly listingOrder: 'key' | 'none'
  /**
   * What `remoteId` is worth: `stable` follows the object through renames and edits; `hint` (an inode) may be handed out
   * again, and means a rename only where the version is the same too; `none` means nothing.
   */
  readonly ids: 'stable' | 'hint' | 'none'
  /** Whether the store itself refuses a write over another version than the expected one. */
  readonly conditionalWrites: boolean
  /** Whether `move` is one step there. Otherwise the engine copies, verifies and deletes. */
  readonly rename: boolean
  /** Whether the store holds metadata at all; `holdable` says what of it. */
  readonly metadata: boolean
  readonly watch: boolean
  /** Whether the store tells names apart that differ only in case or Unicode form (R25). */
  readonly names: 'exact' | 'folded'
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
  /** Changes whenever the metadata may have changed; null where the store has none for this object. */
  readonly metadataVersion: string | null
}

/**
 * What must be there for a write to happen: nothing at all, or exactly that version. A store that has no such condition of its
 * own checks, writes and verifies.
 */
export type Precondition = { readonly kind: 'absent' } | { readonly kind: 'version'; readonly version: string }

/** Content on its way into a store. */
export interface ContentSource {
  readonly sha256: string
  readonly size: number
  /** Streams it from the beginning; may be called again for another attempt. */
  open(signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** Where it lies as a file on this machine and may be cloned from, else null. */
  readonly localPath: string | null
  /** The time that the content was changed at (ISO): the copy shows it where the store can keep one. */
  readonly modifiedAt?: string | null
}

export interface WriteOptions {
  readonly signal?: AbortSignal
  /** `full` (default): what was written is on disk when the call resolves. */
  readonly durability?: 'full' | 'relaxed'
}

export interface SetMetadataOptions extends WriteOptions {
  /** The metadata version that must be there (null for none); whatever is there where it is left out. */
  readonly metadataVersion?: string | null
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

/** Content that was taken in at once: read, hashed, kept, and the same version at the end as at the beginning. */
export interface TakenObject {
  readonly object: StoreObject
  readonly sha256: string
  /** Empty where the type was told. */
  readonly head: Uint8Array
  /** The MIME type as `sniffWith` tells it; left out by drivers that do not ask it. */
  readonly mimeType?: string
}

export interface TakeOptions {
  /** The `localFolder` of the vault that is to keep the content; null to hash it only. */
  readonly vaultFolder: string | null
  /** How many first bytes are wanted. */
  readonly headBytes: number
  /** What tells the MIME type by the first bytes and the name. */
  readonly sniffWith?: 'file-type' | undefined
  readonly durability: 'full' | 'relaxed'
  readonly signal: AbortSignal
}

/**
 * What a store says of who it is. `marker` is the id that we left there; `place` is what the place itself tells (a folder:
 * device and inode of its root), enough to recognise a store that we may not write to.
 */
export interface StoreIdentity {
  readonly marker: string | null
  readonly place: string | null
  /**
   * Which copy of the marker this is (a folder: its inode), where the store can tell: another one means that the place was put
   * back from a backup, or copied.
   */
  readonly copy?: string | null
}

/**
 * An outside place. Errors carry codes; `store_unavailable` means nothing may be concluded about what is there. Writing calls are
 * idempotent: repeated after an answer that was lost, they find it done or reject `precondition_failed`, which the
 * next comparison settles.
 */
export interface Store {
  readonly capabilities: StoreCapabilities
  /** Reads the identity; with `create` the marker is made where it is missing and the place allows it. */
  identity(options: { create: boolean; signal?: AbortSignal }): Promise<StoreIdentity>
  list(options: { signal?: AbortSignal }): AsyncIterable<ListingPage>
  /** A direct read of one key; null when it is not there. */
  head(key: string, options?: { signal?: AbortSignal }): Promise<StoreObject | null>
  read(key: string, options?: { signal?: AbortSignal }): Promise<OpenObject>
  /**
   * Reads, hashes and keeps an object in one go, past the event loop. Null where it has to be read as a stream. Rejects as `read`,
   * and `item_changing` where it changed meanwhile. Only where store and vault are on this machine.
   */
  take?(key: string, options: TakeOptions): Promise<TakenObject | null>
  /** What of this metadata the store can give back, as it would give it back. Pure and idempotent. */
  holdable(metadata: AssetMetadata): AssetMetadata
  /** The metadata of an object, `NO_METADATA` where it has none. Rejects `item_not_found`. */
  readMetadata(key: string, options?: { signal?: AbortSignal }): Promise<AssetMetadata>
  /** ISO time of the last change of an object's metadata, null where nobody knows. Only where the store can say it. */
  describedAt?(key: string, options?: { signal?: AbortSignal }): Promise<string | null>
  /**
   * Publishes content under a key, whole or not at all. Metadata of the object stays. Rejects `precondition_failed`,
   * `item_name_invalid`, `item_name_collision`, `item_outside_root`, `item_unwritable`, `disk_full`, `store_unavailable`.
   */
  write(key: string, content: ContentSource, condition: Precondition, options?: WriteOptions): Promise<StoreObject>
  /** Replaces the metadata of an object (its content has `version`). Rejects `precondition_failed`. */
  setMetadata(key: string, metadata: AssetMetadata, version: string, options?: SetMetadataOptions): Promise<StoreObject>
  /**
   * Renames with content and metadata; nothing may be under `to`. Rejects `precondition_failed` where `from` has another version or
   * `to` is taken. Only where `capabilities.rename`.
   */
  move(from: string, to: string, version: string, options?: WriteOptions): Promise<StoreObject>
  /** Removes an object and its metadata, only while it has that version. Resolves where it is gone already. */
  delete(key: string, version: string, options?: WriteOptions): Promise<void>
  /**
   * Calls back after something may have changed: with the keys where they are known, with null where everything must be looked
   * at. A hint: it may be late, doubled or missing. Only where `capabilities.watch`.
   */
  watch?(onHint: (keys: readonly string[] | null) => void): Promise<{ close(): Promise<void> }>
  close(): Promise<void>
}
