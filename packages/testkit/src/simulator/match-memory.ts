import type { StoreId } from '@syncwatch/core'
import {
  type CompareOptions,
  keyBeforeMoving,
  type PlannedRow,
  type StoreObject,
  type StoreScope,
} from '@syncwatch/sync'
import type { MemoryAsset, MemoryLibrary, MemoryReplica } from './memory-library.ts'

/** A row of the plan before it is read: ids, and what the listing showed. */
export interface MatchedRow {
  readonly replica: MemoryReplica | null
  readonly asset: MemoryAsset | null
  readonly object: StoreObject | null
}

export interface Matching {
  readonly library: MemoryLibrary
  readonly storeId: StoreId
  readonly scope: StoreScope
  readonly listing: ReadonlyMap<string, StoreObject>
  readonly options: CompareOptions
}

/** The rules of `LedgerRun.compare`, over maps. */
export function matchTrees(matching: Matching): MatchedRow[] {
  const { library, options } = matching
  const tied = tieBases(matching)
  const rows: MatchedRow[] = []
  const used = new Set<string>()
  for (const [replica, object] of tied) {
    const asset = library.assets.get(replica.assetId) ?? null
    if (object !== null) used.add(object.key)
    if (!options.everything && agrees(replica, object, asset)) continue
    // Whether it is gone, or its old name is, an incomplete listing does not say (R24).
    if (!options.complete && object?.key !== replica.key) continue
    rows.push({ replica, asset, object })
  }
  for (const object of matching.listing.values()) if (!used.has(object.key)) rows.push(newObject(matching, object))
  if (options.complete && options.outward) rows.push(...newAssets(matching, rows))
  return rows
}

function agrees(replica: MemoryReplica, object: StoreObject | null, asset: MemoryAsset | null): boolean {
  return (
    object !== null &&
    asset !== null &&
    !asset.trashed &&
    object.key === replica.key &&
    object.version === replica.version &&
    object.remoteId === replica.remoteId &&
    object.metadataVersion === replica.metadataVersion &&
    asset.revision === replica.revision
  )
}

export function inScope(key: string, { prefixes }: StoreScope): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix))
}

function tieBases({ library, storeId, scope, listing, options }: Matching): Map<MemoryReplica, StoreObject | null> {
  const { only } = options
  const bases = library
    .replicasOf(storeId)
    .filter(({ state, key }) => state === 'present' && inScope(key, scope))
    .filter(({ assetId, key }) => only === null || only.assetIds.includes(assetId) || only.keys.includes(key))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
  const tied = new Map<MemoryReplica, StoreObject | null>(bases.map((base) => [base, null]))
  const used = new Set<string>()
  const tie = (base: MemoryReplica, object: StoreObject | undefined) => {
    if (object === undefined || used.has(object.key) || tied.get(base) !== null) return
    tied.set(base, object)
    used.add(object.key)
  }
  for (const base of bases) {
    const object = listing.get(base.key)
    if (object?.version === base.version && object.remoteId === base.remoteId) tie(base, object)
  }
  if (options.ids !== 'none')
    for (const base of bases) {
      if (tied.get(base) !== null || base.remoteId === null) continue
      const same = [...listing.values()].filter(
        ({ remoteId, version, key }) =>
          !used.has(key) && remoteId === base.remoteId && (options.ids === 'stable' || version === base.version),
      )
      tie(base, same.sort((one, other) => (one.key < other.key ? -1 : 1))[0])
    }
  for (const base of bases) tie(base, listing.get(base.key))
  if (options.ids !== 'stable')
    for (const base of bases) if (base.movingTo !== null) tie(base, listing.get(base.movingTo))
  return tied
}

/** It belongs to the live asset of its key that has no base here, or else to what was deleted under this key. */
function newObject({ library, storeId }: Matching, object: StoreObject): MatchedRow {
  const asset = library.live(object.key) ?? null
  const own = asset === null ? undefined : library.replica(storeId, asset.id)
  if (asset !== null && (own === undefined || own.state === 'tombstone')) return { asset, object, replica: own ?? null }
  const [buried] = library
    .replicasOf(storeId)
    .filter(({ state, key }) => state === 'tombstone' && key === object.key)
    .sort((one, other) => other.at - one.at)
  const gone = buried === undefined ? undefined : library.assets.get(buried.assetId)
  return { asset: gone?.trashed === true ? gone : null, object, replica: buried ?? null }
}

function newAssets({ library, storeId, scope, options }: Matching, rows: readonly MatchedRow[]): MatchedRow[] {
  const placed = new Set(rows.map(({ asset }) => asset?.id))
  return [...library.assets.values()].flatMap((asset) => {
    const own = library.replica(storeId, asset.id)
    if (asset.trashed || own?.state === 'present' || placed.has(asset.id) || !inScope(asset.key, scope)) return []
    if (options.only !== null && !options.only.assetIds.includes(asset.id)) return []
    return [{ asset, object: null, replica: own ?? null }]
  })
}

/** Names that another one claims and will not leave by itself, and when who claims it was changed last. */
export function takenOf(
  { library, storeId }: Matching,
  { asset, object, replica }: MatchedRow,
  rows: readonly MatchedRow[],
): Required<Pick<PlannedRow['trees'], 'taken' | 'rivals'>> {
  const other = object === null ? undefined : library.live(object.key)
  const base = other === undefined ? undefined : library.replica(storeId, other.id)
  const isSettled =
    base?.state === 'present' && base.key === other?.key && base.movingTo === null && base.revision === other.revision
  const here = other !== undefined && other.id !== asset?.id && !isSettled ? other : null
  const there =
    asset === null || asset.trashed
      ? undefined
      : rows.find((row) => {
          if (row.object === null || row.object.key !== asset.key || row.object === object) return false
          if (replica?.state === 'present' && replica.movingTo === row.object.key) return false
          if (row.replica?.state !== 'present') return true
          return row.replica.key !== row.object.key && keyBeforeMoving(row.replica.key) === null
        })
  const rivals = { library: here?.content.modifiedAt ?? null, store: there?.object?.modifiedAt ?? null }
  if (here !== null) return { taken: there === undefined ? 'library' : 'both', rivals }
  return { taken: there === undefined ? 'no' : 'store', rivals }
}
