import { expect, test } from 'vitest'
import type { ContentSource, Store } from '../../src/ports/store.ts'
import { contentOf, expectCode, isRefusedKey, listAll, listedKeys, textOf, versionOf } from './store-calls.ts'
import type { StoreUnderTest } from './store-under-test.ts'

const ABSENT = { kind: 'absent' } as const

/** What every driver must do that writes: content, names, deletes. */
export function writingContract(start: () => Promise<StoreUnderTest>): void {
  test.each([0, 1, 700_000])(
    'gives back the %i bytes that were written, as head and the listing show them',
    async (size) => {
      const { store } = await start()
      const written = await store.write('a/deep/folder/x.bin', contentOf('x'.repeat(size)), ABSENT)
      expect(written).toMatchObject({ key: 'a/deep/folder/x.bin', size })
      expect(await textOf(store, 'a/deep/folder/x.bin')).toBe('x'.repeat(size))
      expect(await store.head('a/deep/folder/x.bin')).toEqual(written)
      expect((await listAll(store)).objects).toEqual([written])
    },
  )

  test('only if absent: what is there already stays', async () => {
    const { store, write } = await start()
    await write('a.txt', 'theirs')
    await expectCode(store.write('a.txt', contentOf('ours'), ABSENT), 'precondition_failed')
    expect(await textOf(store, 'a.txt')).toBe('theirs')
    expect(await listedKeys(store)).toEqual(['a.txt'])
  })

  test('of many writers of a new key at once exactly one wins, and its content is there whole', async () => {
    const { store } = await start()
    const texts = ['one', 'two', 'three', 'four', 'five']
    const results = await Promise.allSettled(texts.map((text) => store.write('a.txt', contentOf(text), ABSENT)))
    const won = texts.filter((_, index) => results[index]?.status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(await textOf(store, 'a.txt')).toBe(won[0])
    expect(await listedKeys(store)).toEqual(['a.txt'])
  })

  test('only over the version that was seen: another one stays', async () => {
    const { store, write } = await start()
    await write('a.txt', 'first')
    const seen = await versionOf(store, 'a.txt')
    await write('a.txt', 'edited meanwhile')
    await expectCode(store.write('a.txt', contentOf('ours'), { kind: 'version', version: seen }), 'precondition_failed')
    expect(await textOf(store, 'a.txt')).toBe('edited meanwhile')
  })

  test('over the version that was seen the content is replaced, once', async () => {
    const { store, write } = await start()
    await write('a.txt', 'first')
    const version = await versionOf(store, 'a.txt')
    const written = await store.write('a.txt', contentOf('second'), { kind: 'version', version })
    expect(written.version).not.toBe(version)
    expect(await store.head('a.txt')).toEqual(written)
    expect(await textOf(store, 'a.txt')).toBe('second')
    // The answer was lost and the call is repeated.
    await expectCode(store.write('a.txt', contentOf('second'), { kind: 'version', version }), 'precondition_failed')
    expect(await listedKeys(store)).toEqual(['a.txt'])
  })

  test('over a version of what is gone nothing is written', async () => {
    const { store, write, delete: remove } = await start()
    await write('a.txt', 'first')
    const version = await versionOf(store, 'a.txt')
    await remove('a.txt')
    await expectCode(store.write('a.txt', contentOf('second'), { kind: 'version', version }), 'precondition_failed')
    expect(await listedKeys(store)).toEqual([])
  })

  test('content that breaks off, or is not what its hash says, leaves nothing behind', async () => {
    const { store, write } = await start()
    await write('old.txt', 'old')
    const version = await versionOf(store, 'old.txt')
    for (const broken of [breaking(), { ...contentOf('other'), sha256: contentOf('said').sha256 }]) {
      await expect(store.write('new.txt', broken, ABSENT)).rejects.toThrow()
      await expect(store.write('old.txt', broken, { kind: 'version', version })).rejects.toThrow()
    }
    expect(await listedKeys(store)).toEqual(['old.txt'])
    expect(await textOf(store, 'old.txt')).toBe('old')
  })

  test('an aborted call rejects with the reason and writes nothing', async () => {
    const { store } = await start()
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await expect(store.write('a.txt', contentOf('a'), ABSENT, { signal })).rejects.toBe(reason)
    expect(await listedKeys(store)).toEqual([])
  })

  test.each(['', '/etc/passwd', '../outside.txt', 'a/../../b', 'a//b', './a', 'nul\0byte', 'k'.repeat(2000)])(
    'writes nothing under the key %j',
    async (key) => {
      const { store } = await start()
      const { version } = await store.write('a.txt', contentOf('a'), ABSENT)
      const calls = [store.write(key, contentOf('x'), ABSENT), store.delete(key, version)]
      if (store.capabilities.rename) calls.push(store.move('a.txt', key, version))
      for (const call of calls) await expect(call).rejects.toSatisfy(isRefusedKey)
      expect(await listedKeys(store)).toEqual(['a.txt'])
    },
  )

  test('names that differ only in case are one key or two, as the capabilities say', async () => {
    const { store } = await start()
    await store.identity({ create: true })
    await store.write('Photo.txt', contentOf('one'), ABSENT)
    const other = store.write('photo.txt', contentOf('other'), ABSENT)
    if (store.capabilities.names === 'folded') return expectCode(other, 'precondition_failed')
    await other
    expect(await listedKeys(store)).toEqual(['Photo.txt', 'photo.txt'])
  })

  test('deletes the version that was seen', async () => {
    const { store, write } = await start()
    await write('folder/a.txt', 'a')
    await write('folder/b.txt', 'b')
    await store.delete('folder/a.txt', await versionOf(store, 'folder/a.txt'))
    expect(await store.head('folder/a.txt')).toBeNull()
    expect(await listedKeys(store)).toEqual(['folder/b.txt'])
  })

  test('does not delete another version than the one that was seen', async () => {
    const { store, write } = await start()
    await write('a.txt', 'first')
    const seen = await versionOf(store, 'a.txt')
    await write('a.txt', 'edited meanwhile')
    await expectCode(store.delete('a.txt', seen), 'precondition_failed')
    expect(await textOf(store, 'a.txt')).toBe('edited meanwhile')
  })

  test('to delete what is gone already is done', async () => {
    const { store, write } = await start()
    await write('a.txt', 'a')
    const version = await versionOf(store, 'a.txt')
    await store.delete('a.txt', version)
    await store.delete('a.txt', version)
    await store.delete('never/was.txt', version)
    expect(await listedKeys(store)).toEqual([])
  })

  movingContract(start)

  test('a place that is away rejects store_unavailable when it is to be changed', async () => {
    const { store, write, takeAway } = await start()
    await write('a.txt', 'one')
    const version = await versionOf(store, 'a.txt')
    await takeAway()
    await expectCode(store.write('b.txt', contentOf('b'), ABSENT), 'store_unavailable')
    await expectCode(store.write('a.txt', contentOf('b'), { kind: 'version', version }), 'store_unavailable')
    await expectCode(store.delete('a.txt', version), 'store_unavailable')
    if (store.capabilities.rename) await expectCode(store.move('a.txt', 'c.txt', version), 'store_unavailable')
  })
}

function movingContract(start: () => Promise<StoreUnderTest>): void {
  /** Only where the store can rename; the others are left to the engine, which copies. */
  const renaming = (title: string, body: (subject: StoreUnderTest, store: Store) => Promise<void>) =>
    test(title, async ({ skip }) => {
      const subject = await start()
      skip(!subject.store.capabilities.rename, 'this store cannot rename')
      await body(subject, subject.store)
    })

  renaming('renames, with content, and says what is there then', async ({ write }, store) => {
    await write('a.txt', 'content')
    const before = await store.head('a.txt')
    const moved = await store.move('a.txt', 'other/folder/b.txt', before?.version ?? '')
    expect(moved).toEqual(await store.head('other/folder/b.txt'))
    if (store.capabilities.ids !== 'none') expect(moved.remoteId).toBe(before?.remoteId)
    // A rename of which only a hint is left is recognised by the version.
    if (store.capabilities.ids === 'hint') expect(moved.version).toBe(before?.version)
    expect(await listedKeys(store)).toEqual(['other/folder/b.txt'])
    expect(await textOf(store, 'other/folder/b.txt')).toBe('content')
  })

  renaming('does not rename onto a name that is taken', async ({ write }, store) => {
    await write('a.txt', 'a')
    await write('b.txt', 'b')
    await expectCode(store.move('a.txt', 'b.txt', await versionOf(store, 'a.txt')), 'precondition_failed')
    expect(await textOf(store, 'a.txt')).toBe('a')
    expect(await textOf(store, 'b.txt')).toBe('b')
  })

  renaming('does not rename another version than the one that was seen', async ({ write }, store) => {
    await write('a.txt', 'a')
    const seen = await versionOf(store, 'a.txt')
    await write('a.txt', 'edited')
    await expectCode(store.move('a.txt', 'b.txt', seen), 'precondition_failed')
    await expectCode(store.move('never.txt', 'b.txt', seen), 'precondition_failed')
    expect(await listedKeys(store)).toEqual(['a.txt'])
  })

  renaming('renames within one name that is only spelled otherwise', async ({ write }, store) => {
    await store.identity({ create: true })
    await write('photo.txt', 'a')
    const moved = await store.move('photo.txt', 'Photo.TXT', await versionOf(store, 'photo.txt'))
    expect(moved.key).toBe('Photo.TXT')
    expect(await listedKeys(store)).toEqual(['Photo.TXT'])
  })
}

function breaking(): ContentSource {
  const content = contentOf('whole')
  async function* half(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('wh')
    throw new Error('the source broke')
  }
  return { ...content, open: async () => half() }
}
