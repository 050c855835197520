import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AssetMetadata, NO_METADATA } from '../../src/ports/asset-metadata.ts'
import type { Store } from '../../src/ports/store.ts'
import { contentOf, expectCode, listedKeys, textOf, versionOf } from './store-calls.ts'
import type { StoreUnderTest } from './store-under-test.ts'

const SAMPLE: AssetMetadata = {
  display_name: 'A <title> & more',
  description: 'Two\nlines, “quotes” and 日本語',
  alt_text: 'A cat on a mat',
  tags: ['a cat', 'zebra'],
  custom: { rating: 5, nested: { list: [1, 'two', null, true] }, plain: 'text' },
}

/** Any metadata at all, with characters that some places cannot hold. */
const anyMetadata: fc.Arbitrary<AssetMetadata> = fc.record({
  display_name: fc.option(fc.string({ unit: 'binary' })),
  description: fc.option(fc.string({ unit: 'binary' })),
  alt_text: fc.option(fc.string({ unit: 'binary' })),
  tags: fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
  // As JSON holds them: it has no negative zero.
  custom: fc
    .dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
    .map((custom) => JSON.parse(JSON.stringify(custom)) as AssetMetadata['custom']),
})

/** What every driver must do about metadata, each by its capabilities. */
export function metadataContract(start: () => Promise<StoreUnderTest>): void {
  const holding = (title: string, body: (subject: StoreUnderTest, store: Store) => Promise<void>) =>
    test(title, async ({ skip }) => {
      const subject = await start()
      skip(!subject.store.capabilities.metadata, 'this store holds no metadata')
      await body(subject, subject.store)
    })

  test('an object that has no metadata says so', async () => {
    const { store, write } = await start()
    await write('a.txt', 'a')
    expect(await store.readMetadata('a.txt')).toEqual(NO_METADATA)
    expect((await store.head('a.txt'))?.metadataVersion ?? null).toBeNull()
    await expectCode(store.readMetadata('nothing.txt'), 'item_not_found')
  })

  test('what it can hold is idempotent, and no metadata stays none', async () => {
    const { store } = await start()
    expect(store.holdable(NO_METADATA)).toEqual(NO_METADATA)
    fc.assert(
      fc.property(anyMetadata, (metadata) => {
        const once = store.holdable(metadata)
        expect(store.holdable(once)).toEqual(once)
      }),
      { numRuns: 200 },
    )
    if (!store.capabilities.metadata) expect(store.holdable(SAMPLE)).toEqual(NO_METADATA)
  })

  holding('gives back what it said that it could hold, whatever the metadata', async ({ write }, store) => {
    await write('a.txt', 'a')
    const version = await versionOf(store, 'a.txt')
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constant(SAMPLE), anyMetadata), async (metadata) => {
        const wanted = store.holdable(metadata)
        await store.setMetadata('a.txt', wanted, version, { durability: 'relaxed' })
        expect(await store.readMetadata('a.txt')).toEqual(wanted)
      }),
      { numRuns: 50 },
    )
  })

  holding('metadata has a version of its own, and the content keeps its version', async ({ write }, store) => {
    await write('a.txt', 'a')
    const before = await store.head('a.txt')
    const version = before?.version ?? ''
    const set = await store.setMetadata('a.txt', store.holdable(SAMPLE), version)
    expect(set.version).toBe(version)
    expect(set.metadataVersion).toEqual(expect.any(String))
    expect(await store.head('a.txt')).toEqual(set)
    const changed = await store.setMetadata('a.txt', { ...store.holdable(SAMPLE), description: 'other' }, version)
    expect(changed.metadataVersion).not.toBe(set.metadataVersion)
    expect(await textOf(store, 'a.txt')).toBe('a')
    expect(await listedKeys(store)).toEqual(['a.txt'])
  })

  holding(
    'metadata is set only while the content, and the metadata, are as they were seen',
    async ({ write }, store) => {
      await write('a.txt', 'a')
      const seen = await versionOf(store, 'a.txt')
      const wanted = store.holdable(SAMPLE)
      const set = await store.setMetadata('a.txt', wanted, seen, { metadataVersion: null })
      await expectCode(store.setMetadata('a.txt', NO_METADATA, seen, { metadataVersion: null }), 'precondition_failed')
      await write('a.txt', 'edited')
      await expectCode(store.setMetadata('a.txt', NO_METADATA, seen), 'precondition_failed')
      await expectCode(store.setMetadata('never.txt', wanted, seen), 'precondition_failed')
      expect(await store.readMetadata('a.txt')).toEqual(wanted)
      expect((await store.head('a.txt'))?.metadataVersion).toBe(set.metadataVersion)
    },
  )

  holding(
    'metadata stays when the content is written, goes along with a rename, and ends with a delete',
    async (_, store) => {
      const wanted = store.holdable(SAMPLE)
      const made = await store.write('a.txt', contentOf('one'), { kind: 'absent' })
      await store.setMetadata('a.txt', wanted, made.version)
      const { version } = await store.write('a.txt', contentOf('two'), { kind: 'version', version: made.version })
      expect(await store.readMetadata('a.txt')).toEqual(wanted)
      const moved = store.capabilities.rename
        ? await store.move('a.txt', 'b/c.txt', version)
        : await store.head('a.txt')
      if (moved === null) throw new Error('It is gone.')
      expect(await store.readMetadata(moved.key)).toEqual(wanted)
      await store.delete(moved.key, moved.version)
      expect(await listedKeys(store)).toEqual([])
      await store.write(moved.key, contentOf('new'), { kind: 'absent' })
      expect(await store.readMetadata(moved.key)).toEqual(NO_METADATA)
    },
  )

  holding('metadata can be taken away again', async ({ write }, store) => {
    await write('a.txt', 'a')
    const version = await versionOf(store, 'a.txt')
    await store.setMetadata('a.txt', store.holdable(SAMPLE), version)
    await store.setMetadata('a.txt', NO_METADATA, version)
    expect(await store.readMetadata('a.txt')).toEqual(NO_METADATA)
    expect(await listedKeys(store)).toEqual(['a.txt'])
  })

  test('a place that is watched tells of changes, sooner or later', async ({ skip }) => {
    const { store, write } = await start()
    skip(!store.capabilities.watch || store.watch === undefined, 'this store cannot be watched')
    const hints: (readonly string[] | null)[] = []
    let heard = () => {}
    const first = new Promise<void>((resolve) => (heard = resolve))
    const watching = await store.watch?.((keys) => {
      hints.push(keys)
      if (keys === null || keys.includes('folder/a.txt')) heard()
    })
    await write('folder/a.txt', 'a')
    await first
    await watching?.close()
    expect(hints.flat()).not.toContain('.syncwatch-store.json')
  })
}
