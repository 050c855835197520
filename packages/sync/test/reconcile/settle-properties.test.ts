import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AssetMetadata, NO_METADATA } from '../../src/ports/asset-metadata.ts'
import { mergeMetadata, sameMetadata } from '../../src/reconcile/merge-metadata.ts'
import { settle } from '../../src/reconcile/settle.ts'
import type { Settlement } from '../../src/reconcile/settlement.ts'
import {
  lettersOf,
  libraryChange,
  liveAsset,
  objectMetadata,
  seenObject,
  storeChange,
} from '../../src/reconcile/side-change.ts'
import type { StoreSide, SyncPolicy, ThreeTrees } from '../../src/reconcile/three-trees.ts'
import { performed } from '../support/performed.ts'
import { A, B, C } from '../support/trees.ts'

const RUNS = { numRuns: 5_000 }
const text = fc.constantFrom('a', 'b', null)
const metadata: fc.Arbitrary<AssetMetadata> = fc.record({
  display_name: text,
  description: text,
  alt_text: fc.constant(null),
  tags: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
  custom: fc.dictionary(fc.constantFrom('k', '__proto__'), fc.constantFrom<string | number>('v', 1)),
})
const key = fc.constantFrom('one.jpg', 'two.jpg')
const hash = fc.constantFrom(A, B, C)
const time = fc.constantFrom('2030-01-01T00:00:00.000Z', '2030-01-02T00:00:00.000Z', 'soon', null)
const metadataVersion = fc.constantFrom('m1', 'm2', null)
const version = fc.constantFrom('v1', 'v2')

const base = fc.record({ key, version, sha256: fc.option(hash, { freq: 9 }), metadata, metadataVersion })
const library = fc.record({
  key,
  revision: fc.integer({ min: 1, max: 9 }),
  sha256: fc.option(hash, { freq: 9 }),
  metadata,
  modifiedAt: time,
  trashed: fc.boolean(),
})
const store = fc.record({
  key,
  version,
  sha256: fc.option(hash),
  modifiedAt: time,
  metadataVersion,
  metadata: fc.option(metadata),
})
const seen: fc.Arbitrary<ThreeTrees> = fc
  .record({
    base: fc.option(base),
    tombstone: fc.option(fc.record({ version }), { freq: 1 }),
    library: fc.option(library),
    store: fc.oneof({ weight: 4, arbitrary: store }, fc.constantFrom('absent' as const, 'unknown' as const)),
    taken: fc.constantFrom('no' as const, 'library' as const, 'store' as const, 'both' as const),
  })
  .map((trees) => consistent(trees))
const policy: fc.Arbitrary<SyncPolicy> = fc.record({
  mode: fc.constantFrom('two-way' as const, 'pull' as const, 'push' as const),
  conflicts: fc.constantFrom('keep-both', 'newer', 'library', 'store', 'manual'),
})

/** A version stands for one content and one document; a base excludes a tombstone; without a base the key ties both sides. */
function consistent(trees: ThreeTrees): ThreeTrees {
  const { base: known, library: asset, store: object } = trees
  if (known !== null) {
    const there = typeof object === 'string' ? object : unchanged(object, known)
    return { ...trees, tombstone: null, store: there }
  }
  const tied = typeof object === 'string' || asset === null || asset.trashed ? object : { ...object, key: asset.key }
  return { ...trees, store: tied }
}

function unchanged(object: StoreSide, known: NonNullable<ThreeTrees['base']>): StoreSide {
  const content = object.version === known.version && object.sha256 !== null ? known.sha256 : object.sha256
  const document =
    object.metadataVersion === known.metadataVersion && object.metadata !== null ? known.metadata : object.metadata
  return { ...object, sha256: content, metadata: document }
}

/** What is asked for is looked up, as whoever performs it does. */
function settleFully(trees: ThreeTrees, by: SyncPolicy, found = C): { trees: ThreeTrees; settlement: Settlement } {
  let now = trees
  for (let looks = 0; looks < 4; looks += 1) {
    const settlement = settle(now, by)
    if (settlement.kind !== 'look') return { trees: now, settlement }
    const object = seenObject(now)
    if (object === null) throw new Error('There is nothing to look at.')
    if (settlement.at === 'object') now = { ...now, tombstone: null }
    else if (settlement.at === 'content') now = { ...now, store: { ...object, sha256: found } }
    else now = { ...now, store: { ...object, metadata: { ...NO_METADATA, description: 'found' } } }
  }
  throw new Error('It is never content with what it was shown.')
}

test('every row is total: whatever is seen, there is a settlement after at most three looks, and it names its rule', () => {
  fc.assert(
    fc.property(seen, policy, (trees, by) => {
      const { settlement } = settleFully(trees, by)
      expect(settlement.rule).toMatch(/^R([1-9]|1\d|2[0-5])$/)
    }),
    RUNS,
  )
})

test('the letters of both sides are total, and say = only where nothing differs', () => {
  fc.assert(
    fc.property(seen, (trees) => {
      const [here, there] = [lettersOf(libraryChange(trees)), lettersOf(storeChange(trees))]
      expect(here.length * there.length).toBeGreaterThan(0)
      if (here[0] === '=') expect(liveAsset(trees)?.key).toBe(trees.base?.key)
      if (there[0] === '=') expect(seenObject(trees)?.key).toBe(trees.base?.key)
    }),
    RUNS,
  )
})

test('R24: what was not seen is not concluded from', () => {
  fc.assert(
    fc.property(seen, policy, (trees, by) => {
      expect(settle({ ...trees, store: 'unknown' }, by)).toEqual({ kind: 'nothing', rule: 'R24' })
    }),
    RUNS,
  )
})

test('X1: content that both agreed on apart, and that another takes the place of, is kept as a copy or in the trash', () => {
  fc.assert(
    fc.property(seen, policy, (before, by) => {
      const { trees, settlement } = settleFully(before, by)
      if (settlement.kind !== 'settle') return
      const { library: here, store: there, loser } = settlement
      const asset = liveAsset(trees)
      const object = seenObject(trees)
      const edited = (sha256: string | null | undefined) => sha256 != null && sha256 !== trees.base?.sha256
      const loses = (sha256: string | null | undefined, other: string | null | undefined) =>
        edited(sha256) && sha256 !== other
      const gone = there.kind === 'delete' || (there.kind === 'change' && there.content)
      if (object !== null && object.version !== trees.base?.version && gone && loses(object.sha256, asset?.sha256))
        expect(loser).toMatchObject({ side: 'store' })
      const replaced = here.kind === 'trash' || (here.kind === 'change' && here.content)
      if (replaced && asset !== null && loses(asset.sha256, object?.sha256))
        expect(loser).toMatchObject({ side: 'library' })
    }),
    RUNS,
  )
})

test('a delete follows from a delete alone, and an edit is never deleted but by the policy of the other side, or where nobody has the bytes', () => {
  fc.assert(
    fc.property(seen, policy, (before, by) => {
      const { trees, settlement } = settleFully(before, by)
      if (settlement.kind !== 'settle') return
      const { library: here, store: there } = settlement
      if (here.kind === 'trash') {
        expect(trees.store).toBe('absent')
        expect(by.mode).not.toBe('push')
        const canBeWritten = trees.library?.sha256 !== null
        if (canBeWritten && lettersOf(libraryChange(trees))[0] !== '=') expect(by.conflicts).toBe('store')
      }
      if (there.kind === 'delete') {
        expect(liveAsset(trees)).toBeNull()
        expect(by.mode).not.toBe('pull')
        if (lettersOf(storeChange(trees))[0] !== '=') expect(by.conflicts).toBe('library')
      }
    }),
    RUNS,
  )
})

test('X2: a mirror never changes its source', () => {
  fc.assert(
    fc.property(seen, policy, (trees, by) => {
      const { settlement } = settleFully(trees, by)
      if (settlement.kind !== 'settle') return
      if (by.mode === 'pull') expect(settlement.store.kind).toBe('none')
      if (by.mode === 'push') expect(settlement.library.kind).toBe('none')
      if (by.mode !== 'two-way') expect(settlement.loser?.kept ?? 'trash').toBe('trash')
    }),
    RUNS,
  )
})

test('X3: what was settled is settled: asked again about the state that it leaves, there is nothing to do', () => {
  fc.assert(
    fc.property(seen, policy, (before, by) => {
      const { trees, settlement } = settleFully(before, by)
      if (settlement.kind !== 'settle') return
      const next = settle(performed(trees, settlement), by)
      // What gave its name up because nobody has its bytes is written under another one, should they come back.
      const isOwed = settlement.rule === 'R15' && settlement.base === 'release' && trees.base === null
      expect(next).toMatchObject(isOwed ? { kind: 'settle', rule: 'R19', loser: null } : { kind: 'nothing' })
    }),
    {
      ...RUNS,
      examples: [[withoutBytes, { mode: 'two-way', conflicts: 'store' }]],
    },
  )
})

/** A new asset that nobody has the bytes of, and whose name an object of the store claims. */
const withoutBytes: ThreeTrees = {
  base: null,
  tombstone: null,
  library: {
    key: 'one.jpg',
    revision: 1,
    sha256: null,
    metadata: NO_METADATA,
    modifiedAt: null,
    trashed: false,
  },
  store: 'absent',
  taken: 'both',
}

test('two-way is the same seen from the other side, where the policy names a side', () => {
  fc.assert(
    fc.property(seen, fc.constantFrom('library' as const, 'store' as const), (before, conflicts) => {
      const { trees } = settleFully({ ...before, taken: 'no' }, { mode: 'two-way', conflicts })
      const turned = mirrored(trees)
      if (turned === null) return
      const one = settle(trees, { mode: 'two-way', conflicts })
      const other = settle(turned, { mode: 'two-way', conflicts: conflicts === 'library' ? 'store' : 'library' })
      expect(shape(other, true)).toEqual(shape(one, false))
    }),
    RUNS,
  )
})

test('R16: of metadata, what one side said is kept, and merging with what was merged changes nothing', () => {
  fc.assert(
    fc.property(
      metadata,
      metadata,
      metadata,
      fc.constantFrom('library' as const, 'store' as const),
      (was, here, there, prefer) => {
        const merged = mergeMetadata(was, here, there, prefer)
        expect(sameMetadata(mergeMetadata(was, was, there, prefer), there)).toBe(true)
        expect(sameMetadata(mergeMetadata(was, here, was, prefer), here)).toBe(true)
        expect(sameMetadata(mergeMetadata(was, merged, merged, prefer), merged)).toBe(true)
        const turned = mergeMetadata(was, there, here, prefer === 'library' ? 'store' : 'library')
        expect(sameMetadata(turned, merged)).toBe(true)
        for (const tag of merged.tags) expect([...here.tags, ...there.tags]).toContain(tag)
      },
    ),
    RUNS,
  )
})

/** The same with the sides exchanged; null where one side cannot be the other (what is in the trash, what nobody has read). */
function mirrored(trees: ThreeTrees): ThreeTrees | null {
  const { base: known, library: asset, store: object } = trees
  if (object === 'unknown' || trees.tombstone !== null || (known !== null && known.sha256 === null)) return null
  if (asset !== null && (asset.trashed || asset.sha256 === null)) return null
  if (typeof object !== 'string' && (object.sha256 ?? known?.sha256) === undefined) return null
  return {
    ...trees,
    base: known === null ? null : { ...known, version: 'v1', metadataVersion: 'm1' },
    library:
      typeof object === 'string'
        ? null
        : {
            key: object.key,
            revision: 1,
            sha256: known !== null && object.version === known.version ? known.sha256 : object.sha256,
            metadata:
              (known !== null && object.metadataVersion === known.metadataVersion
                ? known.metadata
                : objectMetadata(object)) ?? NO_METADATA,
            modifiedAt: object.modifiedAt,
            trashed: false,
          },
    store:
      asset === null
        ? 'absent'
        : {
            key: asset.key,
            version: 'v2',
            sha256: asset.sha256,
            modifiedAt: asset.modifiedAt,
            metadataVersion: 'm2',
            metadata: asset.metadata,
          },
  }
}

/** What happens to each side, without what only one of them has. Which row it is differs (R9 is R10 from the other side). */
function shape(settlement: Settlement, turned: boolean): unknown {
  if (settlement.kind !== 'settle') return settlement.kind === 'hold' ? settlement.reason : 'nothing'
  const [library, store] = [changeShape(settlement.library), changeShape(settlement.store)]
  const { loser, base: left } = settlement
  const idle = library === 'none' && store === 'none' && loser === null && left === 'agree'
  if (idle) return 'nothing'
  const side = loser === null ? null : turned === (loser.side === 'library') ? 'store' : 'library'
  return { sides: turned ? [store, library] : [library, store], loser: side, left }
}

function changeShape(change: Extract<Settlement, { kind: 'settle' }>['library' | 'store']): unknown {
  if (change.kind === 'trash' || change.kind === 'delete') return 'gone'
  if (change.kind !== 'change') return change.kind
  const { key: name, content, metadata: document } = change
  return { name, content, document: document === null ? null : { ...document, tags: [...document.tags].sort() } }
}
