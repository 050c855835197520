import type { StoreSide, ThreeTrees } from '../../src/reconcile/three-trees.ts'
import type { ModelAsset, ModelBase, ModelObject, ModelWorld } from './model-world.ts'

/** A row of the model's plan. */
export interface ModelThing {
  readonly asset: ModelAsset | null
  readonly object: ModelObject | null
  readonly base: ModelBase | null
  readonly tombstoneOf: number | null
  readonly trees: ThreeTrees
}

type Matched = Omit<ModelThing, 'trees'>

/** Ties base rows, objects and assets together as the ledger does, and says of each thing what a listing says. */
export function planOf(world: ModelWorld): ModelThing[] {
  const matched = match(world)
  return matched.map((thing) => ({ ...thing, trees: treesOf(world, thing) }))
}

function match(world: ModelWorld): Matched[] {
  const tied = new Map<number, ModelObject>()
  const used = new Set<number>()
  const tie = (base: ModelBase, object: ModelObject | undefined) => {
    if (object === undefined || used.has(object.id) || tied.has(base.assetId)) return
    tied.set(base.assetId, object)
    used.add(object.id)
  }
  const bases = [...world.bases.values()]
  for (const base of bases) {
    const object = world.objectAt(base.key)
    if (object?.version === base.version) tie(base, object)
  }
  if (world.stableIds) for (const base of bases) tie(base, world.objects.get(base.objectId))
  for (const base of bases) tie(base, world.objectAt(base.key))

  const things: Matched[] = bases.map((base) => ({
    base,
    asset: world.assets.get(base.assetId) ?? null,
    object: tied.get(base.assetId) ?? null,
    tombstoneOf: null,
  }))
  const placed = new Set<number>()
  for (const object of world.objects.values()) {
    if (used.has(object.id)) continue
    const named = world.liveAssetAt(object.key)
    const asset = named !== undefined && !world.bases.has(named.id) ? named : null
    if (asset !== null) placed.add(asset.id)
    things.push({ base: null, asset, object, tombstoneOf: buriedAt(world, asset, object.key) })
  }
  for (const asset of world.assets.values()) {
    if (asset.trashed || world.bases.has(asset.id) || placed.has(asset.id)) continue
    things.push({ base: null, asset, object: null, tombstoneOf: world.tombstones.has(asset.id) ? asset.id : null })
  }
  return things
}

function buriedAt(world: ModelWorld, asset: ModelAsset | null, key: string): number | null {
  if (asset !== null) return world.tombstones.has(asset.id) ? asset.id : null
  for (const [id, tombstone] of world.tombstones) if (tombstone.key === key) return id
  return null
}

function treesOf(world: ModelWorld, { base, asset, object, tombstoneOf }: Matched): ThreeTrees {
  return {
    base,
    tombstone: tombstoneOf === null ? null : (world.tombstones.get(tombstoneOf) ?? null),
    library: asset,
    store: object === null ? 'absent' : unread(object),
    ...takenOf(world, asset, object),
  }
}

function unread(object: ModelObject): StoreSide {
  return { ...object, sha256: null, metadata: null }
}

/** Names that another one claims and will not leave by itself. */
function takenOf(
  world: ModelWorld,
  asset: ModelAsset | null,
  object: ModelObject | null,
): Required<Pick<ThreeTrees, 'taken' | 'rivals'>> {
  const other = object === null ? undefined : world.liveAssetAt(object.key)
  const here = other !== undefined && other.id !== asset?.id && assetStays(world, other) ? other : null
  const live = asset !== null && !asset.trashed
  const occupant = live ? world.objectAt(asset.key) : undefined
  const there = occupant !== undefined && occupant.id !== object?.id && objectStays(world, occupant) ? occupant : null
  const rivals = { library: here?.modifiedAt ?? null, store: there?.modifiedAt ?? null }
  if (here !== null) return { taken: there === null ? 'library' : 'both', rivals }
  return { taken: there === null ? 'no' : 'store', rivals }
}

function assetStays(world: ModelWorld, asset: ModelAsset): boolean {
  const base = world.bases.get(asset.id)
  return base === undefined || base.key !== asset.key || base.revision !== asset.revision
}

function objectStays(world: ModelWorld, object: ModelObject): boolean {
  for (const base of world.bases.values()) if (base.objectId === object.id) return base.key !== object.key
  return true
}
