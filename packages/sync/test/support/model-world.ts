import { type AssetMetadata, NO_METADATA } from '../../src/ports/asset-metadata.ts'
import type { BaseSide, LibrarySide, StoreSide } from '../../src/reconcile/three-trees.ts'

export interface ModelAsset extends LibrarySide {
  readonly id: number
}

export interface ModelObject extends StoreSide {
  readonly id: number
  readonly sha256: string
  readonly metadata: AssetMetadata
}

export interface ModelBase extends BaseSide {
  readonly assetId: number
  readonly objectId: number
  /** The library's revision that was agreed on. */
  readonly revision: number
}

/** Library, store and base of a small world, and what was kept of content that is live nowhere. */
export class ModelWorld {
  readonly assets = new Map<number, ModelAsset>()
  readonly objects = new Map<number, ModelObject>()
  /** By asset. */
  readonly bases = new Map<number, ModelBase>()
  readonly tombstones = new Map<number, { readonly key: string; readonly version: string }>()
  /** Content in the vault beside what assets have: what was agreed on, versions, trash. */
  readonly kept = new Set<string>()
  /** Whether the store's ids follow its objects. */
  readonly stableIds: boolean
  #count = 0

  constructor(stableIds: boolean) {
    this.stableIds = stableIds
  }

  next(): number {
    this.#count += 1
    return this.#count
  }

  addAsset(asset: Omit<LibrarySide, 'revision' | 'modifiedAt' | 'trashed'> & Partial<LibrarySide>): ModelAsset {
    const made = { revision: 1, modifiedAt: null, trashed: false, ...asset, id: this.next() }
    this.assets.set(made.id, made)
    return made
  }

  changeAsset(id: number, change: Partial<LibrarySide>): ModelAsset {
    const before = this.assets.get(id)
    if (before === undefined) throw new Error(`There is no asset ${id}.`)
    const made = { ...before, ...change, revision: before.revision + 1 }
    this.assets.set(id, made)
    return made
  }

  addObject(object: Pick<ModelObject, 'key' | 'sha256'> & Partial<ModelObject>): ModelObject {
    const id = this.next()
    const made = {
      modifiedAt: null,
      metadata: NO_METADATA,
      metadataVersion: `m${id}`,
      ...object,
      id,
      version: `v${id}`,
    }
    this.objects.set(id, made)
    return made
  }

  changeObject(id: number, change: Partial<ModelObject>): ModelObject {
    const before = this.objects.get(id)
    if (before === undefined) throw new Error(`There is no object ${id}.`)
    const version = change.sha256 === undefined ? before.version : `v${this.next()}`
    const metadataVersion = change.metadata === undefined ? before.metadataVersion : `m${this.next()}`
    const made = { ...before, ...change, version, metadataVersion }
    this.objects.set(id, made)
    return made
  }

  agree(assetId: number, object: ModelObject): void {
    const { key, version, sha256, metadata, metadataVersion, id: objectId } = object
    const revision = this.assets.get(assetId)?.revision ?? 0
    this.tombstones.delete(assetId)
    this.bases.set(assetId, { key, version, sha256, metadata, metadataVersion, assetId, objectId, revision })
    this.kept.add(sha256)
  }

  liveAssetAt(key: string): ModelAsset | undefined {
    for (const asset of this.assets.values()) if (asset.key === key && !asset.trashed) return asset
    return undefined
  }

  objectAt(key: string): ModelObject | undefined {
    for (const object of this.objects.values()) if (object.key === key) return object
    return undefined
  }

  /** All content that somebody can still get at. */
  reachable(): Set<string> {
    const found = new Set(this.kept)
    for (const { sha256 } of this.assets.values()) if (sha256 !== null) found.add(sha256)
    for (const { sha256 } of this.objects.values()) found.add(sha256)
    return found
  }
}
