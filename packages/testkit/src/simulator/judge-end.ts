import type { AssetMetadata } from '@syncwatch/sync'
import type { SimulatedPlace } from '../simulated-store/simulated-place.ts'
import type { MemoryLibrary } from './memory-library.ts'
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
}

/** What must hold when everything has come to rest. Throws what does not. */
export function judgeEnd(end: TheEnd): void {
  assertNothingLost(end)
  assertUntouchedStays(end)
  assertSourceUntouched(end)
  if (end.schedule.mode === 'two-way' && end.schedule.conflicts !== 'manual') assertEqual(end)
}

/** All content that anybody wrote is live, a conflict copy, a version or in the trash, unless a person threw it away unseen. */
function assertNothingLost({ library, vault, places, people }: TheEnd): void {
  const reachable = library.reachable()
  for (const sha256 of reachable)
    if (vault.get(sha256) === undefined)
      throw new Error(`The library tells of content ${sha256} that the vault has not.`)
  for (const place of places) for (const { sha256 } of place.objects) reachable.add(sha256)
  const raced = places.flatMap(({ lostInRace }) => [...lostInRace])
  for (const sha256 of people.everWritten)
    if (!reachable.has(sha256) && !people.thrownAway.has(sha256) && !raced.includes(sha256))
      throw new Error(`Content ${sha256} is lost.`)
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

function assertEqual({ library, places }: TheEnd): void {
  const assets = [...library.assets.values()].filter(({ trashed }) => !trashed)
  const here = assets.map(({ key, content }) => `${key} ${content.sha256}`).sort()
  for (const place of places) {
    const there = place.objects.map(({ key, sha256 }) => `${key} ${sha256}`).sort()
    if (here.join('\n') !== there.join('\n'))
      throw new Error(`The sides differ.\nLibrary:\n${here.join('\n')}\nStore:\n${there.join('\n')}`)
    for (const { key, metadata } of assets) {
      const described = place.get(key)?.metadata
      const holdable = place.capabilities.metadata ? place.profile.holdable(metadata) : null
      if (described !== undefined && holdable !== null && textOf(holdable) !== textOf(described))
        throw new Error(`"${key}" is described as ${textOf(holdable)} here, and as ${textOf(described)} there.`)
    }
  }
  const between = here.find((name) => name.includes('.syncwatch-moving-'))
  if (between !== undefined) throw new Error(`A name in between was left: ${between}`)
}

function textOf({ display_name, description, alt_text, tags, custom }: AssetMetadata): string {
  return JSON.stringify([display_name, description, alt_text, [...tags].sort(), Object.entries(custom).sort()])
}
