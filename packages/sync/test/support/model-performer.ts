import { conflictName } from '../../src/reconcile/conflict-name.ts'
import { settle } from '../../src/reconcile/settle.ts'
import { losesName, type Settlement } from '../../src/reconcile/settlement.ts'
import type { SyncPolicy, ThreeTrees } from '../../src/reconcile/three-trees.ts'
import type { ModelThing } from './model-plan.ts'
import type { ModelObject, ModelWorld } from './model-world.ts'

type Settle = Extract<Settlement, { kind: 'settle' }>

/** `waits`: a name that it is to get is still in use. `refused`: it is not any more what the plan saw. */
export type Performed = 'done' | 'nothing' | 'held' | 'waits' | 'refused'

/** Looks where the settlement asks for it. */
export function settleThing(thing: ModelThing, policy: SyncPolicy): { settlement: Settlement; trees: ThreeTrees } {
  let trees = thing.trees
  for (let looks = 0; looks < 4; looks += 1) {
    const settlement = settle(trees, policy)
    if (settlement.kind !== 'look') return { settlement, trees }
    const { object } = thing
    if (object === null || typeof trees.store === 'string') throw new Error('There is nothing to look at.')
    if (settlement.at === 'object') trees = { ...trees, tombstone: null }
    else if (settlement.at === 'content') trees = { ...trees, store: { ...trees.store, sha256: object.sha256 } }
    else trees = { ...trees, store: { ...trees.store, metadata: object.metadata } }
  }
  throw new Error('It is never content with what it was shown.')
}

/** Brings a settlement about, if the world is still the one that was seen, and the names are free. */
export function perform(world: ModelWorld, thing: ModelThing, policy: SyncPolicy): Performed {
  const { asset, object } = thing
  if (asset !== null && world.assets.get(asset.id)?.revision !== asset.revision) return 'refused'
  const now = object === null ? null : world.objects.get(object.id)
  if (
    object !== null &&
    (now?.version !== object.version || now.metadataVersion !== object.metadataVersion || now.key !== object.key)
  )
    return 'refused'
  const { settlement } = settleThing(thing, policy)
  if (settlement.kind === 'nothing') return settleRevision(world, thing)
  if (settlement.kind !== 'settle') return 'held'
  return new Step(world, thing, settlement).run()
}

/** Both sides agree, only the library counted on. */
function settleRevision(world: ModelWorld, { asset, object, base }: ModelThing): Performed {
  if (asset !== null && object !== null && base !== null && !asset.trashed && base.revision !== asset.revision)
    world.bases.set(asset.id, { ...base, revision: asset.revision })
  return 'nothing'
}

class Step {
  readonly #world: ModelWorld
  readonly #thing: ModelThing
  readonly #settlement: Settle

  constructor(world: ModelWorld, thing: ModelThing, settlement: Settle) {
    this.#world = world
    this.#thing = thing
    this.#settlement = settlement
  }

  run(): Performed {
    const { loser } = this.#settlement
    const { asset, object } = this.#thing
    const lost = (loser?.kept === 'name' && loser.side === 'store' ? object : asset)?.key ?? ''
    const name = losesName(loser) ? this.#freeName(lost) : null
    if (!this.#namesAreFree(name)) return 'waits'
    this.#keepLoser()
    const brought = this.#bringStore(name)
    const assetId = this.#bringLibrary(name)
    this.#bringBase(assetId, brought)
    return 'done'
  }

  /** Both sides' names at once, so that a swap within the library is one step. */
  #namesAreFree(name: string | null): boolean {
    const { library, store } = this.#settlement
    const { asset, object } = this.#thing
    const here =
      library.kind === 'create'
        ? (name ?? object?.key)
        : library.kind === 'change'
          ? (name ?? library.key ?? asset?.key)
          : null
    const other = here == null ? undefined : this.#world.liveAssetAt(here)
    if (other !== undefined && other.id !== asset?.id) return false
    const there =
      store.kind === 'create'
        ? (name ?? asset?.key)
        : store.kind === 'change'
          ? (name ?? store.key ?? object?.key)
          : null
    const occupant = there == null ? undefined : this.#world.objectAt(there)
    return occupant === undefined || occupant.id === object?.id
  }

  /** Nothing is kept that the settlement does not ask for: what is lost then is found at the end. */
  #keepLoser(): void {
    const { loser } = this.#settlement
    const { asset, object } = this.#thing
    if (loser === null || loser.kept === 'name') return
    const side = loser.side === 'library' ? asset : object
    if (side === null || side.sha256 === null) throw new Error('There is nothing to keep.')
    if (loser.kept === 'trash') {
      this.#world.kept.add(side.sha256)
      return
    }
    const key = this.#freeName(asset?.key ?? side.key)
    const { sha256, metadata } = side
    const copy = this.#world.addObject({ key, sha256, metadata })
    this.#world.agree(this.#world.addAsset({ key, sha256, metadata }).id, copy)
  }

  #bringStore(name: string | null): ModelObject | null {
    const { store } = this.#settlement
    const { asset, object } = this.#thing
    switch (store.kind) {
      case 'none':
        return object === null || name === null ? object : this.#world.changeObject(object.id, { key: name })
      case 'create':
        return this.#world.addObject({
          key: name ?? asset?.key ?? '',
          sha256: asset?.sha256 ?? '',
          ...described(asset?.metadata),
        })
      case 'change': {
        if (object === null) throw new Error('There is nothing to change.')
        const key = name ?? store.key
        return this.#world.changeObject(object.id, {
          ...(key === null ? {} : { key }),
          ...(store.content ? { sha256: asset?.sha256 ?? '' } : {}),
          ...described(store.metadata ?? undefined),
        })
      }
      case 'delete':
        if (object !== null) this.#world.objects.delete(object.id)
        return null
    }
  }

  #bringLibrary(name: string | null): number | null {
    const { library } = this.#settlement
    const { asset, object } = this.#thing
    switch (library.kind) {
      case 'none':
        if (asset !== null && name !== null) this.#world.changeAsset(asset.id, { key: name })
        return asset?.id ?? null
      case 'create': {
        if (object === null) throw new Error('There is nothing to make it of.')
        const { sha256, metadata } = object
        return this.#world.addAsset({ key: name ?? object.key, sha256, metadata }).id
      }
      case 'change': {
        if (asset === null) throw new Error('There is nothing to change.')
        const key = name ?? library.key
        // What an asset in the trash had is a version of it, whatever it is called when it comes back.
        if (asset.trashed && name !== null && asset.sha256 !== null) this.#world.kept.add(asset.sha256)
        this.#world.changeAsset(asset.id, {
          trashed: false,
          ...(key === null ? {} : { key }),
          ...(library.content && object !== null ? { sha256: object.sha256 } : {}),
          ...described(library.metadata ?? undefined),
        })
        return asset.id
      }
      case 'trash':
        if (asset !== null) this.#world.changeAsset(asset.id, { trashed: true })
        return asset?.id ?? null
    }
  }

  #bringBase(assetId: number | null, object: ModelObject | null): void {
    const { base } = this.#settlement
    const known = this.#thing.base
    if (this.#thing.tombstoneOf !== null) this.#world.tombstones.delete(this.#thing.tombstoneOf)
    if (base === 'agree') {
      if (assetId === null || object === null) throw new Error('There is nothing to agree on.')
      this.#world.agree(assetId, object)
      return
    }
    if (known === null) return
    this.#world.bases.delete(known.assetId)
    if (base === 'tombstone')
      this.#world.tombstones.set(known.assetId, {
        key: known.key,
        version: this.#thing.object?.version ?? known.version,
      })
  }

  #freeName(key: string): string {
    for (let n = 1; ; n += 1) {
      const name = conflictName(key, 'model', n)
      if (this.#world.liveAssetAt(name) === undefined && this.#world.objectAt(name) === undefined) return name
    }
  }
}

function described<Metadata>(metadata: Metadata | undefined): { metadata?: Metadata } {
  return metadata === undefined ? {} : { metadata }
}
