import { SeededRandom } from '@syncwatch/testkit'
import { describe, expect, test } from 'vitest'
import { type AssetMetadata, NO_METADATA } from '../../src/ports/asset-metadata.ts'
import { sameMetadata } from '../../src/reconcile/merge-metadata.ts'
import type { ConflictPolicy, SyncPolicy } from '../../src/reconcile/three-trees.ts'
import { perform, settleThing } from '../support/model-performer.ts'
import { type ModelThing, planOf } from '../support/model-plan.ts'
import { ModelWorld } from '../support/model-world.ts'

const WORLDS = 20_000
const MOST_ROUNDS = 200
const KEYS = ['a', 'b', 'c', 'd'] as const
const POLICIES = ['keep-both', 'newer', 'library', 'store', 'manual'] as const

describe('planner: small worlds of renames, swaps, collisions, deletes and edits on both sides', () => {
  test.each([
    { mode: 'two-way', worlds: WORLDS, policies: POLICIES },
    { mode: 'pull', worlds: WORLDS / 5, policies: POLICIES },
    { mode: 'push', worlds: WORLDS / 5, policies: POLICIES },
  ] as const)(
    'X3, X5: $worlds of them converge in mode $mode, and nothing is lost on the way',
    ({ mode, worlds, policies }) => {
      let things = 0
      for (let seed = 1; seed <= worlds; seed += 1) {
        const policy = { mode, conflicts: policies[seed % policies.length] as ConflictPolicy }
        try {
          things += converge(seed, policy)
        } catch (error) {
          throw new Error(`seed ${seed}, ${mode}, ${policy.conflicts}`, { cause: error })
        }
      }
      expect(things).toBeGreaterThan(worlds)
    },
    120_000,
  )
})

function converge(seed: number, policy: SyncPolicy): number {
  const random = new SeededRandom(seed)
  const world = makeWorld(random)
  const before = world.reachable()
  const things = planOf(world).length
  const sources = sourceOf(world, policy)
  let rounds = 0
  for (let stuck = 0; ; rounds += 1) {
    if (rounds > MOST_ROUNDS) throw new Error(`It does not converge: ${show(world, policy)}`)
    const plan = shuffled(planOf(world), random)
    const kinds = plan.map((thing) => settleThing(thing, policy).settlement.kind)
    if (!kinds.includes('settle')) break
    // A name may belong to something that waits for a person.
    if (stuck > 3 && kinds.includes('hold')) break
    const batch = stuck > 0 ? plan : plan.slice(0, random.integer(1, plan.length))
    stuck = playRound(world, batch, policy) ? 0 : stuck + 1
    if (stuck > 1) giveWay(world, plan, policy)
  }
  // What only counted on is seen by the last look.
  for (const thing of planOf(world)) perform(world, thing, policy)
  assertSettled(world, policy)
  const after = world.reachable()
  for (const sha256 of before)
    if (!after.has(sha256)) throw new Error(`Content ${sha256} is lost: ${show(world, policy)}`)
  expect(sourceOf(world, policy)).toEqual(sources)
  return things
}

/** Whether anything was done. Names that are given in the library are one transaction, so that they can be swapped. */
function playRound(world: ModelWorld, batch: readonly ModelThing[], policy: SyncPolicy): boolean {
  let progress = false
  for (const thing of batch) if (perform(world, thing, policy) === 'done') progress = true
  return progress || swapNames(world, batch, policy)
}

/** Assets that wait for each other's names get them at once. */
function swapNames(world: ModelWorld, batch: readonly ModelThing[], policy: SyncPolicy): boolean {
  const wishes = new Map<number, { thing: ModelThing; key: string }>()
  for (const thing of batch) {
    const { settlement } = settleThing(thing, policy)
    if (settlement.kind !== 'settle' || settlement.loser?.kept === 'name' || thing.asset === null) continue
    if (settlement.library.kind === 'change' && settlement.library.key !== null)
      wishes.set(thing.asset.id, { thing, key: settlement.library.key })
  }
  for (const [id] of wishes) {
    const circle: number[] = []
    for (let at: number | undefined = id; at !== undefined && !circle.includes(at); ) {
      circle.push(at)
      const key: string | undefined = wishes.get(at)?.key
      at = key === undefined ? undefined : world.liveAssetAt(key)?.id
      if (at === id && circle.length > 1) {
        exchange(world, circle, wishes, policy)
        return true
      }
    }
  }
  return false
}

function exchange(
  world: ModelWorld,
  circle: readonly number[],
  wishes: ReadonlyMap<number, { thing: ModelThing; key: string }>,
  policy: SyncPolicy,
): void {
  const keys = new Map(circle.map((id) => [id, world.assets.get(id)?.key ?? '']))
  const set = (id: number, key: string) => {
    const asset = world.assets.get(id)
    if (asset !== undefined) world.assets.set(id, { ...asset, key })
  }
  // Out of the way, without a revision: within one transaction nobody sees it.
  for (const id of circle) set(id, `between-${id}`)
  for (const id of circle) {
    const wish = wishes.get(id)
    if (wish === undefined) continue
    if (perform(world, wish.thing, policy) !== 'done') set(id, keys.get(id) ?? '')
  }
}

/** Objects that wait for each other's names: one of them steps aside. Else a name that nobody leaves is claimed. */
function giveWay(world: ModelWorld, plan: readonly ModelThing[], policy: SyncPolicy): void {
  for (const thing of plan) {
    const { asset, object, base } = thing
    const { settlement } = settleThing(thing, policy)
    if (asset === null || object === null || base === null || settlement.kind !== 'settle') continue
    if (settlement.store.kind !== 'change' || settlement.store.key === null || object.key.startsWith('between-'))
      continue
    const moved = world.changeObject(object.id, { key: `between-${world.next()}` })
    world.bases.set(asset.id, { ...base, key: moved.key })
    return
  }
  for (const thing of plan)
    if (perform(world, { ...thing, trees: { ...thing.trees, taken: 'library' } }, policy) === 'done') return
}

function assertSettled(world: ModelWorld, policy: SyncPolicy): void {
  let held = false
  let waiting = 0
  for (const thing of planOf(world)) {
    const { settlement } = settleThing(thing, policy)
    if (settlement.kind === 'hold') held = true
    else if (settlement.kind === 'settle') waiting += 1
    else expect(settlement.kind).toBe('nothing')
  }
  if (!held) expect(waiting).toBe(0)
  if (held || policy.mode !== 'two-way') return
  const library = [...world.assets.values()].filter(({ trashed }) => !trashed)
  expect(library.map(({ key, sha256 }) => `${key} ${sha256}`).sort()).toEqual(
    [...world.objects.values()].map(({ key, sha256 }) => `${key} ${sha256}`).sort(),
  )
  for (const { key, metadata } of library)
    expect(sameMetadata(metadata, world.objectAt(key)?.metadata ?? NO_METADATA)).toBe(true)
  for (const { key } of library) if (key.startsWith('between-')) throw new Error(show(world, policy))
}

/** The side that a mirror does not touch. */
function sourceOf(world: ModelWorld, { mode }: SyncPolicy): unknown {
  if (mode === 'two-way') return null
  if (mode === 'pull') return [...world.objects.values()].sort((one, other) => one.id - other.id)
  return [...world.assets.values()].map((asset) => ({ ...asset, revision: 0 })).sort((one, other) => one.id - other.id)
}

function makeWorld(random: SeededRandom): ModelWorld {
  const world = new ModelWorld(random.next() < 0.7)
  for (const key of KEYS) {
    if (random.next() < 0.3) continue
    const metadata = someMetadata(random)
    const asset = world.addAsset({ key, sha256: `base ${key}`, metadata })
    world.agree(asset.id, world.addObject({ key, sha256: `base ${key}`, metadata }))
  }
  for (let edits = random.integer(0, 4); edits > 0; edits -= 1) editLibrary(world, random)
  for (let edits = random.integer(0, 4); edits > 0; edits -= 1) editStore(world, random)
  return world
}

const TIMES = [null, '2030-01-01T00:00:00.000Z', '2030-01-02T00:00:00.000Z'] as const

function editLibrary(world: ModelWorld, random: SeededRandom): void {
  const live = [...world.assets.values()].filter(({ trashed }) => !trashed)
  const asset = live[random.integer(0, Math.max(0, live.length - 1))]
  const key = random.pick(KEYS)
  const free = world.liveAssetAt(key) === undefined
  const roll = random.next()
  if (asset === undefined || roll < 0.2) {
    if (free)
      world.addAsset({
        key,
        sha256: someContent(world, random),
        metadata: someMetadata(random),
        modifiedAt: random.pick(TIMES),
      })
  } else if (roll < 0.4)
    world.changeAsset(asset.id, { sha256: someContent(world, random), modifiedAt: random.pick(TIMES) })
  else if (roll < 0.5) world.changeAsset(asset.id, { metadata: someMetadata(random) })
  else if (roll < 0.65) world.changeAsset(asset.id, { trashed: true })
  else if (roll < 0.8 && free) world.changeAsset(asset.id, { key })
  else if (roll >= 0.8) {
    const other = live[random.integer(0, live.length - 1)]
    if (other === undefined || other.id === asset.id) return
    world.changeAsset(asset.id, { key: other.key })
    world.changeAsset(other.id, { key: asset.key })
  }
}

function editStore(world: ModelWorld, random: SeededRandom): void {
  const all = [...world.objects.values()]
  const object = all[random.integer(0, Math.max(0, all.length - 1))]
  const key = random.pick(KEYS)
  const free = world.objectAt(key) === undefined
  const roll = random.next()
  if (object === undefined || roll < 0.2) {
    if (free)
      world.addObject({
        key,
        sha256: someContent(world, random),
        metadata: someMetadata(random),
        modifiedAt: random.pick(TIMES),
      })
  } else if (roll < 0.4)
    world.changeObject(object.id, { sha256: someContent(world, random), modifiedAt: random.pick(TIMES) })
  else if (roll < 0.5) world.changeObject(object.id, { metadata: someMetadata(random) })
  else if (roll < 0.65) world.objects.delete(object.id)
  else if (roll < 0.8 && free) world.changeObject(object.id, { key })
  else if (roll >= 0.8) {
    const other = all[random.integer(0, all.length - 1)]
    if (other === undefined || other.id === object.id) return
    world.changeObject(object.id, { key: other.key })
    world.changeObject(other.id, { key: object.key })
  }
}

/** Now and then the same on both sides. */
function someContent(world: ModelWorld, random: SeededRandom): string {
  return random.next() < 0.2 ? 'both the same' : `content ${world.next()}`
}

function someMetadata(random: SeededRandom): AssetMetadata {
  if (random.next() < 0.5) return NO_METADATA
  return { ...NO_METADATA, description: random.pick(['one', 'two']), tags: [random.pick(['x', 'y', 'z'])] }
}

function shuffled<T>(given: readonly T[], random: SeededRandom): T[] {
  return given
    .map((value) => ({ value, at: random.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value)
}

function show(world: ModelWorld, policy: SyncPolicy): string {
  const plan = planOf(world).map((thing) => ({
    trees: thing.trees,
    settlement: settleThing(thing, policy).settlement,
  }))
  return JSON.stringify(plan, null, 1)
}
