import type { AssetMetadata, StoreCapabilities } from '@syncwatch/sync'
import { NO_METADATA } from '@syncwatch/sync'

/** How a kind of store behaves, beyond what its driver declares. */
export interface StoreProfile {
  readonly capabilities: StoreCapabilities
  /** Objects on one page of a listing. */
  readonly pageSize: number
  /** How far a listing may be behind, in milliseconds; a direct read never is. */
  readonly listingLagMs: number
  /** Whether the version survives a rename (the id does where ids are stable or a hint). */
  readonly renameKeepsVersion: boolean
  /** Whether the id of a deleted object is given to the next new one, as inodes are. */
  readonly reusesIds: boolean
  /** Whether what a driver deletes or overwrites stays in a trash of the place. */
  readonly keepsReplaced: boolean
  /** Calls an hour; null where nobody counts. What is over is refused as `rate_limited`. */
  readonly callsPerHour: number | null
  /** What it can give back of metadata. */
  holdable(metadata: AssetMetadata): AssetMetadata
}

const everything = (metadata: AssetMetadata): AssetMetadata => ({
  ...metadata,
  tags: [...new Set(metadata.tags)].sort(),
})

const nothing = (): AssetMetadata => NO_METADATA

/** Tags are joined by commas there, and custom fields are texts. */
const asCloudinary = (metadata: AssetMetadata): AssetMetadata => ({
  ...metadata,
  tags: [...new Set(metadata.tags.map((tag) => tag.replaceAll(',', ' ').trim()).filter((tag) => tag !== ''))].sort(),
  custom: Object.fromEntries(Object.entries(metadata.custom).filter(([, value]) => typeof value === 'string')),
})

/** A media service: an index that lags, ids that stay, renames, no conditions on writes, a budget of calls. */
const CLOUDINARY: StoreProfile = {
  capabilities: {
    kind: 'cloudinary',
    listing: 'eventual',
    listingOrder: 'none',
    ids: 'stable',
    conditionalWrites: false,
    rename: true,
    metadata: true,
    watch: false,
    names: 'exact',
  },
  pageSize: 5,
  listingLagMs: 20_000,
  renameKeepsVersion: true,
  reusesIds: false,
  keepsReplaced: false,
  callsPerHour: 500,
  holdable: asCloudinary,
}

/** An object store: ordered listing, conditional writes, no rename, an ETag that says nothing of the content. */
const S3: StoreProfile = {
  capabilities: {
    kind: 's3',
    listing: 'strong',
    listingOrder: 'key',
    ids: 'none',
    conditionalWrites: true,
    rename: false,
    metadata: false,
    watch: false,
    names: 'exact',
  },
  pageSize: 4,
  listingLagMs: 0,
  renameKeepsVersion: false,
  reusesIds: false,
  keepsReplaced: false,
  callsPerHour: null,
  holdable: nothing,
}

/** A file server: etags, MOVE, names that are the same in either case. */
const WEBDAV: StoreProfile = {
  capabilities: {
    kind: 'webdav',
    listing: 'strong',
    listingOrder: 'none',
    ids: 'none',
    conditionalWrites: true,
    rename: true,
    metadata: false,
    watch: false,
    names: 'folded',
  },
  pageSize: 6,
  listingLagMs: 0,
  renameKeepsVersion: false,
  reusesIds: false,
  keepsReplaced: false,
  callsPerHour: null,
  holdable: nothing,
}

/** A folder: inodes that are handed out again, versions that survive a rename, a trash. */
const FOLDER: StoreProfile = {
  capabilities: {
    kind: 'folder',
    listing: 'strong',
    listingOrder: 'none',
    ids: 'hint',
    conditionalWrites: false,
    rename: true,
    metadata: true,
    watch: false,
    names: 'exact',
  },
  pageSize: 6,
  listingLagMs: 0,
  renameKeepsVersion: true,
  reusesIds: true,
  keepsReplaced: true,
  callsPerHour: null,
  holdable: everything,
}

/** The corners of the space of capabilities that real stores stand in. */
export const STORE_PROFILES = { cloudinary: CLOUDINARY, s3: S3, webdav: WEBDAV, folder: FOLDER } as const
