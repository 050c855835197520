import type { AssetId, StoreId } from '@syncwatch/core'
import {
  type AssetMetadata,
  type HeldRow,
  NO_METADATA,
  type RecordedContent,
  type StoreIdentity,
  type StoreRecord,
} from '@syncwatch/sync'

/** An asset as the library has it. */
export interface MemoryAsset {
  readonly id: AssetId
  readonly key: string
  readonly content: RecordedContent
  readonly metadata: AssetMetadata
  readonly metadataModifiedAt?: string | null
  readonly revision: number
  readonly trashed: boolean
  readonly approvedBy: string | null
}

/** A base row or a tombstone. */
export interface MemoryReplica {
  readonly id: string
  readonly storeId: StoreId
  readonly assetId: AssetId
  readonly state: 'present' | 'tombstone'
  readonly key: string
  /** The name that it is being given there. */
  readonly movingTo: string | null
  readonly remoteId: string | null
  readonly version: string
  readonly metadataVersion: string | null
  readonly sha256: string | null
  readonly metadata: AssetMetadata
  readonly revision: number
  readonly cause: 'store' | 'library' | 'both' | null
  readonly approvedBy: string | null
  readonly at: number
  readonly differs: string | null
}

/** What the database holds, for as many stores as there are: what a crash leaves. */
export class MemoryLibrary {
  readonly assets = new Map<AssetId, MemoryAsset>()
  readonly replicas = new Map<string, MemoryReplica>()
  readonly stores = new Map<StoreId, StoreRecord>()
  readonly identities = new Map<StoreId, StoreIdentity>()
  readonly scopes = new Map<StoreId, string>()
  /** Content of versions, which people can get back. */
  readonly versions = new Set<string>()
  /** When a complete listing missed a key first, by store and key. */
  readonly absences = new Map<string, { readonly at: number; readonly run: number }>()
  readonly held = new Map<StoreId, readonly HeldRow[]>()
  readonly approved = new Map<StoreId, readonly HeldRow[]>()
  /** The attempt that may write, by store. */
  readonly fences = new Map<StoreId, number>()
  /** How many rows were written, ever. */
  writes = 0

  live(key: string): MemoryAsset | undefined {
    for (const asset of this.assets.values()) if (asset.key === key && !asset.trashed) return asset
    return undefined
  }

  replicasOf(storeId: StoreId): MemoryReplica[] {
    return [...this.replicas.values()].filter((replica) => replica.storeId === storeId)
  }

  replica(storeId: StoreId, assetId: AssetId): MemoryReplica | undefined {
    for (const replica of this.replicas.values())
      if (replica.storeId === storeId && replica.assetId === assetId) return replica
    return undefined
  }

  create(id: AssetId, key: string, content: RecordedContent, metadata: AssetMetadata = NO_METADATA): void {
    if (this.live(key) !== undefined) throw new Error(`"${key}" is taken.`)
    this.assets.set(id, { id, key, content, metadata, revision: 1, trashed: false, approvedBy: null })
  }

  /** Raises the revision, and keeps content that is replaced as a version. */
  change(id: AssetId, change: Partial<Omit<MemoryAsset, 'id' | 'revision'>>): void {
    const before = this.assets.get(id)
    if (before === undefined) throw new Error(`There is no asset ${id}.`)
    if (change.content !== undefined && change.content.sha256 !== before.content.sha256)
      this.versions.add(before.content.sha256)
    this.assets.set(id, { ...before, ...change, revision: before.revision + 1 })
  }

  /** All content that a person can get at through the library. */
  reachable(): Set<string> {
    const found = new Set(this.versions)
    for (const { content } of this.assets.values()) found.add(content.sha256)
    return found
  }
}
