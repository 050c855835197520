import type { StoreId } from '@syncwatch/core'
import { type AssetMetadata, keyBeforeMoving, type VerifyResult } from '@syncwatch/sync'
import type { SimulatedPlace } from '../simulated-store/simulated-place.ts'
import type { MemoryAsset, MemoryLibrary, MemoryReplica } from './memory-library.ts'
import type { Schedule } from './schedule.ts'
import type { SimulatedPeople } from './simulated-people.ts'
import type { VaultContents } from './simulated-vault.ts'

export interface TheEnd {
  readonly schedule: Schedule
  readonly library: MemoryLibrary
  readonly vault: VaultContents
  readonly places: readonly SimulatedPlace[]
  readonly people: SimulatedPeople
  readonly writesByStore: readonly number[]
  /** What a verification of each store found in the end. */
  readonly verified: readonly VerifyResult[]
}

/** What must hold when everything has come to rest. Throws what does not. */
export function judgeEnd(end: TheEnd): void {
  assertNothingLost(end)
  assertUntouchedStays(end)
  assertSourceUntouched(end)
  if (end.schedule.mode === 'two-way' && end.schedule.conflicts !== 'manual') assertEqual(end)
}

/**
 * All content that anybody wrote is live, a conflict copy, a version or in the trash, with its bytes in the vault or in a store, unless a
 * person threw them away where nobody else had them.
 */
function assertNothingLost({ schedule, library, vault, places, people }: TheEnd): void {
  const stored = new Set(places.flatMap(({ objects }) => objects.map(({ sha256 }) => sha256)))
  const known = library.reachable()
  const keepsAll = schedule.contents?.includes('reference') !== true
  for (const sha256 of known)
    if (keepsAll && vault.get(sha256) === undefined)
      throw new Error(`The library tells of content ${sha256} that the vault has not.`)
  const raced = places.flatMap(({ lostInRace }) => [...lostInRace])
  for (const sha256 of people.everWritten) {
    const isThere = stored.has(sha256) || (known.has(sha256) && vault.get(sha256) !== undefined)
    if (!isThere && !people.thrownAway.has(sha256) && !raced.includes(sha256))
      throw new Error(`Content ${sha256} is lost.`)
  }
  for (const { key, content } of library.assets.values())
    if (people.strangers.has(content.sha256)) throw new Error(`"${key}" came from a disk that is another store.`)
}

/** What nobody touched is where it was. */
function assertUntouchedStays({ schedule, library, places, people }: TheEnd): void {
  for (let index = 0; index < schedule.files; index += 1) {
    const key = index % 2 === 0 ? `file-${index}.txt` : `folder/file-${index}.txt`
    if (people.touched.has(key)) continue
    if (library.live(key) === undefined) throw new Error(`Nobody touched "${key}", and the library has lost it.`)
    for (const place of places)
      if (place.get(key) === null) throw new Error(`Nobody touched "${key}", and a store has lost it.`)
  }
}

function assertSourceUntouched({ schedule, writesByStore }: TheEnd): void {
  if (schedule.mode === 'pull' && writesByStore.some((writes) => writes > 0))
    throw new Error('A mirror in wrote to its store.')
}

/** Both sides have the same; of names that a store cannot tell apart it has one. */
function assertEqual({ library, places, verified, vault, people }: TheEnd): void {
  // Of what people threw away where nobody else had its bytes, there is only what was said of it.
  const stored = new Set(places.flatMap(({ objects }) => objects.map(({ sha256 }) => sha256)))
  const isEmpty = (sha256: string) =>
    people.thrownAway.has(sha256) && vault.get(sha256) === undefined && !stored.has(sha256)
  const live = [...library.assets.values()].filter(({ trashed }) => !trashed)
  const assets = live.filter(({ content }) => !isEmpty(content.sha256))
  const lineOf = ({ key, sha256 }: { key: string; sha256: string }) => `${key} ${sha256}`
  for (const [index, place] of places.entries()) {
    const byName = Map.groupBy(live, ({ key }) => place.fold(key))
    const held = [...byName.values()].filter(({ length }) => length > 1).flat()
    const heldNames = new Set(held.map(({ key }) => place.fold(key)))
    const isStuck = stuckBy(library, `store-${index}` as StoreId, place, held, live)
    const here = assets
      .filter((asset) => !held.includes(asset) && !isStuck.has(asset.key))
      .map(({ key, content: { sha256 } }) => lineOf({ key, sha256 }))
    const there = place.objects.filter(({ key }) => !heldNames.has(place.fold(key)) && !isStuck.has(key)).map(lineOf)
    if (here.sort().join('\n') !== there.sort().join('\n'))
      throw new Error(`The sides differ.\nLibrary:\n${here.join('\n')}\nStore:\n${there.join('\n')}`)
    for (const name of heldNames)
      if (
        !held.some(({ key, content: { sha256 } }) => place.get(name)?.key === key && place.get(name)?.sha256 === sha256)
      )
        throw new Error(`Of the names like "${name}" the store has none as the library has it.`)
    const found = verified[index]
    if (found !== undefined && held.length === 0 && assets.length === live.length && found.inSync !== found.checked)
      throw new Error(`A verification finds differences: ${JSON.stringify(found)}`)
    const moving = place.objects.find(({ key }) => keyBeforeMoving(key) !== null)
    if (moving !== undefined) throw new Error(`A store was left with a name in between: ${moving.key}`)
    for (const { key, metadata } of assets) assertDescribed(place, key, metadata)
  }
  const between = assets.find(({ key }) => key.includes('.syncwatch-moving-'))
  if (between !== undefined) throw new Error(`A name in between was left: ${between.key}`)
}

/** Names in a store under which things stand that are held back from their own, and so on of those who wait for these. */
function stuckBy(
  library: MemoryLibrary,
  storeId: StoreId,
  place: SimulatedPlace,
  held: readonly MemoryAsset[],
  assets: readonly MemoryAsset[],
): ReadonlySet<string> {
  const names = new Set<string>()
  for (let waiting = [...held]; waiting.length > 0; ) {
    const left = waiting.flatMap(({ id }) => namesOf(library.replica(storeId, id))).filter((key) => !names.has(key))
    for (const key of left) names.add(key)
    const folded = new Set(left.map((key) => place.fold(key)))
    waiting = assets.filter(({ key }) => folded.has(place.fold(key)))
    for (const { key } of waiting) names.add(key)
  }
  return names
}

/** Where it is, and where it was being moved to when a run broke off. */
function namesOf(replica: MemoryReplica | undefined): string[] {
  return replica === undefined ? [] : [replica.key, ...(replica.movingTo === null ? [] : [replica.movingTo])]
}

function assertDescribed(place: SimulatedPlace, key: string, metadata: AssetMetadata): void {
  const described = place.get(key)?.metadata
  const holdable = place.capabilities.metadata ? place.profile.holdable(metadata) : null
  if (described !== undefined && holdable !== null && textOf(holdable) !== textOf(described))
    throw new Error(`"${key}" is described as ${textOf(holdable)} here, and as ${textOf(described)} there.`)
}

function textOf({ display_name, description, alt_text, tags, custom }: AssetMetadata): string {
  return JSON.stringify([display_name, description, alt_text, [...tags].sort(), Object.entries(custom).sort()])
}
