import type { AssetId } from '@syncwatch/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { NO_ENTRY } from '../../src/execute/outcome.ts'
import { NO_METADATA } from '../../src/ports/asset-metadata.ts'
import type { StoreObject } from '../../src/ports/store.ts'
import {
  contentOf,
  type Deed,
  type LedgerUnderTest,
  type StoryEdit,
  type StoryRound,
  tellStory,
} from './ledger-story.ts'

const KEYS = ['a', 'b', 'c', 'd']

const key = fc.constantFrom(...KEYS)
const sha256 = fc.constantFrom('1', '2', '3').map((version) => contentOf({ version }))
const edit: fc.Arbitrary<StoryEdit> = fc.record({
  kind: fc.constantFrom('add', 'rename', 'edit', 'trash', 'restore'),
  asset: fc.integer({ min: 1, max: 4 }),
  key,
  sha256,
})
const object: fc.Arbitrary<StoreObject> = fc.record({
  key,
  remoteId: fc.constantFrom('i', 'j', 'k'),
  version: fc.constantFrom('1', '2', '3'),
  size: fc.constant(1),
  modifiedAt: fc.constant(null),
  metadataVersion: fc.constantFrom(null, 'm'),
})
const deed: fc.Arbitrary<Deed> = fc.constantFrom(
  'agree',
  'import',
  'follow',
  'move',
  'bury',
  'release',
  'differs',
  'leave',
)

/** An id is one object's, as in a store; names may come twice, as in a folder that changes while it is listed. */
const listing = fc.uniqueArray(object, { selector: ({ remoteId }) => remoteId, maxLength: 3 })

/** Runs over a small world, in which names collide, are swapped and come back. */
export const story: fc.Arbitrary<StoryRound[]> = fc.array(
  fc.record({
    edits: fc.array(edit, { maxLength: 4 }),
    listing,
    complete: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    ids: fc.constantFrom('stable', 'hint', 'none'),
    outward: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    deeds: fc.array(deed, { minLength: 1, maxLength: 5 }),
  }),
  { minLength: 1, maxLength: 5 },
)

const objectOf = (name: string, remoteId: string, version: string): StoreObject => ({
  key: name,
  remoteId,
  version,
  size: 1,
  modifiedAt: null,
  metadataVersion: null,
})

function round(
  listed: readonly StoreObject[],
  deeds: Deed[],
  edits: StoryEdit[] = [],
  change: Partial<StoryRound> = {},
): StoryRound {
  return { edits, listing: listed, complete: true, ids: 'hint', outward: true, deeds, ...change }
}

interface Told {
  plan: {
    key: string
    base: unknown
    store: unknown
    library: unknown
    taken: string
    movingTo: string | null
    twin?: string | null
    tombstone: unknown
  }[]
  accepted: boolean[]
  assets: { key: string; trashed: boolean }[]
}

/** What every ledger must do. Each implementation calls this with a way to make one. */
export function ledgerContract(name: string, make: () => Promise<LedgerUnderTest>): void {
  describe(`ledger contract: ${name}`, () => {
    let subject: LedgerUnderTest | undefined
    const tell = async (rounds: StoryRound[]) => {
      subject = await make()
      return (await tellStory(subject, rounds)) as Told[]
    }
    afterEach(async () => {
      await subject?.dispose()
      subject = undefined
    })
    const two = [objectOf('a', 'i', '1'), objectOf('b', 'j', '2')]

    test('what was agreed on and is unchanged makes no row', async () => {
      const told = await tell([round(two, ['import']), round(two, ['leave'])])
      expect(told.map(({ plan }) => plan.length)).toEqual([2, 0])
    })

    test('swapped names are two renames, and may change in one group', async () => {
      const swapped = [objectOf('b', 'i', '1'), objectOf('a', 'j', '2')]
      const told = await tell([round(two, ['import']), round(swapped, ['follow']), round(swapped, ['leave'])])
      expect(told[1]?.plan.map(({ base, store }) => [(base as string[])[0], (store as string[])[0]])).toEqual([
        ['b', 'a'],
        ['a', 'b'],
      ])
      expect(told[1]?.accepted).toEqual([true, true])
      expect(told[2]?.plan).toEqual([])
    })

    test('an id that was handed out again is no rename where ids are a hint', async () => {
      const told = await tell([round(two, ['import']), round([objectOf('c', 'i', '9'), ...two.slice(1)], ['leave'])])
      expect(told[1]?.plan.map(({ key: shown, base, store }) => [shown, base !== null, store])).toEqual([
        ['a', true, 'absent'],
        ['c', false, ['c', '9']],
      ])
    })

    const none = { ids: 'none' } as const
    const renamed: StoryEdit = { kind: 'rename', asset: 1_000, key: 'c', sha256: '' }
    const moved = [objectOf('c', 'x', '9'), ...two.slice(1)]

    test('what was on its way to another name when a run broke off is known under that name, where no id tells', async () => {
      const told = await tell([
        round(two, ['import'], [], none),
        round(two, ['move', 'leave'], [renamed], none),
        round(moved, ['leave'], [], none),
      ])
      expect(told[2]?.plan).toMatchObject([
        { key: 'c', base: ['a', '1', expect.anything()], store: ['c', '9'], taken: 'no', movingTo: 'c' },
      ])
    })

    test('what was on its way is known under its old name, too, and the new one is not lost sight of', async () => {
      const told = await tell([
        round(two, ['import'], [], none),
        round(two, ['move', 'leave'], [renamed], none),
        round(two, ['leave'], [], none),
      ])
      expect(told[2]?.plan).toMatchObject([{ key: 'a', base: ['a', '1', expect.anything()], movingTo: 'c' }])
    })

    test('what was on its way is so no more once both sides agree', async () => {
      const told = await tell([
        round(two, ['import'], [], none),
        round(two, ['move', 'leave'], [renamed], none),
        round(moved, ['agree'], [], none),
        round(moved, ['leave'], [], none),
        round([objectOf('c', 'x', '10'), ...two.slice(1)], ['leave'], [], none),
      ])
      expect(told[3]?.plan).toEqual([])
      expect(told[4]?.plan).toMatchObject([{ key: 'c', movingTo: null }])
    })

    test('what was on its way is known by its id where ids stay with their objects', async () => {
      const told = await tell([
        round(two, ['import'], [], { ids: 'stable' }),
        round(two, ['move', 'leave'], [renamed], { ids: 'stable' }),
        round(moved, ['leave'], [], { ids: 'stable' }),
      ])
      expect(told[2]?.plan.map(({ base, store }) => [base !== null, store])).toEqual([
        [false, ['c', '9']],
        [true, 'absent'],
      ])
    })

    test('R25: a name that another object has in other letters is told of, an own name in other letters is none', async () => {
      const folded = { ...none, names: 'folded' } as const
      const told = await tell([
        round(two, ['import'], [], folded),
        round(
          two,
          ['leave'],
          [
            { kind: 'rename', asset: 1_001, key: 'A', sha256: '' },
            { kind: 'add', asset: 1, key: 'B', sha256: contentOf({ version: '3' }) },
          ],
          folded,
        ),
        round(
          two,
          ['leave'],
          [
            { kind: 'rename', asset: 1_001, key: 'c', sha256: '' },
            { kind: 'rename', asset: 1_000, key: 'A', sha256: '' },
          ],
          folded,
        ),
      ])
      const twins = (number: number) =>
        told[number]?.plan.map(({ library, twin }) => [(library as string[])[0], twin]).sort()
      expect(twins(1)).toEqual([
        ['A', 'a'],
        ['B', 'b'],
      ])
      expect(twins(2)).toEqual([
        ['A', null],
        ['B', 'b'],
        ['c', null],
      ])
    })

    test('an incomplete listing makes no row of what it did not show, nor of what it shows under another name', async () => {
      const moved = [objectOf('c', 'i', '1')]
      const told = await tell([round(two, ['import']), round(moved, ['leave'], [], { complete: false })])
      expect(told[1]?.plan).toEqual([])
    })

    test('an object comes back under the tombstone of what was deleted', async () => {
      const told = await tell([round(two, ['import']), round(two.slice(1), ['bury']), round(two, ['leave'])])
      expect(told[2]?.plan).toMatchObject([
        { key: 'a', base: null, tombstone: '1', library: ['a', expect.anything(), true] },
      ])
    })

    test('who has content is told, and whether that store lost it and nobody could give it back', async () => {
      subject = await make()
      const { ledger, storeId } = subject
      const held = contentOf({ version: '1' })
      await subject.add('00000000-0000-4000-8000-000000000001' as AssetId, 'a', held)
      const run = await ledger.open(storeId, { prefixes: [] })
      const asset = (await run.taken(['a', 'b'])).get('a')
      expect([asset?.id, asset?.sha256]).toEqual(['00000000-0000-4000-8000-000000000001', held])
      const agreed = { assetId: asset?.id as AssetId, object: objectOf('a', 'i', '1'), sha256: held, revision: 1 }
      await run.commit([{ ...NO_ENTRY, bases: [{ kind: 'agree', ...agreed, metadata: NO_METADATA }] }])
      await run.stage([])
      const compare = { complete: true, ids: 'hint', listing: 'strong', names: 'exact', outward: true } as const
      await run.compare({ ...compare, only: null, everything: false })
      const [row] = await run.read(0, 10)
      const lost: (boolean | undefined)[] = []
      for (const code of [null, 'item_unreadable', 'not_found'] as const) {
        const replicaId = row?.replicaId ?? ''
        if (code !== null) await run.commit([{ ...NO_ENTRY, bases: [{ kind: 'differs', replicaId, code }] }])
        const holders = await run.elsewhere(held)
        expect(holders).toMatchObject([{ storeId, key: 'a', version: '1', movingTo: null }])
        lost.push(holders[0]?.lost)
      }
      expect(lost).toEqual([false, false, true])
      const replicaId = row?.replicaId ?? ''
      await run.commit([{ ...NO_ENTRY, bases: [{ kind: 'moving', replicaId, from: 'a', to: 'b' }] }])
      expect(await run.elsewhere(held)).toMatchObject([{ storeId, key: 'a', version: '1', movingTo: 'b' }])
      await run.close()
    })

    test('an entry is refused as a whole when another asset has the name', async () => {
      const edits: StoryEdit[] = [{ kind: 'add', asset: 1, key: 'c', sha256: contentOf({ version: '3' }) }]
      const moved = [objectOf('c', 'i', '1'), ...two.slice(1)]
      const told = await tell([round(two, ['import']), round(moved, ['follow'], edits)])
      expect(told[1]?.plan[0]).toMatchObject({ taken: 'library' })
      expect(told[1]?.assets.map(({ key: shown }) => shown).sort()).toEqual(['a', 'b', 'c'])
    })
  })
}

/** Two implementations that are told the same story write down the same. */
export function ledgersAgree(
  one: () => Promise<LedgerUnderTest>,
  other: () => Promise<LedgerUnderTest>,
  numRuns: number,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(story, async (rounds) => {
      const [first, second] = await Promise.all([one(), other()])
      try {
        expect(await tellStory(first, rounds)).toEqual(await tellStory(second, rounds))
      } finally {
        await Promise.all([first.dispose(), second.dispose()])
      }
    }),
    { numRuns },
  )
}
