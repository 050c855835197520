import { afterEach, describe, expect, test } from 'vitest'
import { expectCode, isRefusedKey, listAll } from './store-calls.ts'
import { metadataContract } from './store-metadata-contract.ts'
import type { StoreUnderTest } from './store-under-test.ts'
import { writingContract } from './store-writing-contract.ts'

/** What every driver must do. Each adapter calls this with a way to make one. */
export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let subject: StoreUnderTest | undefined
    const start = async () => {
      subject = await make()
      return subject
    }
    afterEach(async () => {
      await subject?.store.close()
      await subject?.dispose()
      subject = undefined
    })

    test('an empty store lists completely and has nothing', async () => {
      const { store } = await start()
      expect(await listAll(store)).toEqual({ objects: [], complete: true })
    })

    test('lists each object once, with its size, and only the last page says complete', async () => {
      const { store, write } = await start()
      await write('b.txt', 'bb')
      await write('folder/deep/a.txt', 'a')
      const { objects, complete } = await listAll(store)
      expect(complete).toBe(true)
      expect(objects.map(({ key, size }) => [key, size]).sort()).toEqual([
        ['b.txt', 2],
        ['folder/deep/a.txt', 1],
      ])
    })

    test('a direct read of a key says the same as the listing', async () => {
      const { store, write } = await start()
      await write('a.txt', 'content')
      const { objects } = await listAll(store)
      expect(await store.head('a.txt')).toEqual(objects[0])
    })

    test('head of what is not there is null, read of it rejects item_not_found', async () => {
      const { store } = await start()
      expect(await store.head('nothing.txt')).toBeNull()
      await expectCode(store.read('nothing.txt'), 'item_not_found')
    })

    test('reads the whole content under the version that head tells', async () => {
      const { store, write } = await start()
      await write('a.txt', 'x'.repeat(700_000))
      const open = await store.read('a.txt')
      let length = 0
      for await (const chunk of open.stream) length += chunk.length
      await open.close()
      expect(length).toBe(700_000)
      expect(open.object.version).toBe((await store.head('a.txt'))?.version)
    })

    test('the version changes with the content and stays without a change', async () => {
      const { store, write } = await start()
      await write('a.txt', 'one')
      const first = await store.head('a.txt')
      expect((await store.head('a.txt'))?.version).toBe(first?.version)
      await write('a.txt', 'two')
      expect((await store.head('a.txt'))?.version).not.toBe(first?.version)
    })

    test('what was deleted is not listed and not found', async () => {
      const { store, write, delete: remove } = await start()
      await write('a.txt', 'one')
      await remove('a.txt')
      expect(await store.head('a.txt')).toBeNull()
      expect((await listAll(store)).objects).toEqual([])
    })

    test('the identity is kept, and is no object', async () => {
      const { store } = await start()
      const made = await store.identity({ create: true })
      expect(made.marker ?? made.place).toEqual(expect.any(String))
      expect(await store.identity({ create: false })).toEqual(made)
      expect((await listAll(store)).objects).toEqual([])
    })

    test.each(['', '/etc/passwd', '../outside.txt', 'a/../../b', 'a//b', './a', 'nul\0byte', 'k'.repeat(2000)])(
      'refuses the key %j',
      async (key) => {
        const { store } = await start()
        for (const call of [store.head(key), store.read(key), store.readMetadata(key)])
          await expect(call).rejects.toSatisfy(isRefusedKey)
      },
    )

    test('an aborted listing rejects with the reason', async () => {
      const { store, write } = await start()
      await write('a.txt', 'one')
      const reason = new Error('enough')
      await expect(listAll(store, AbortSignal.abort(reason))).rejects.toBe(reason)
    })

    test('a place that is away rejects store_unavailable everywhere and concludes nothing', async () => {
      const { store, write, takeAway } = await start()
      await write('a.txt', 'one')
      await takeAway()
      await expectCode(listAll(store), 'store_unavailable')
      await expectCode(store.head('a.txt'), 'store_unavailable')
      await expectCode(store.read('a.txt'), 'store_unavailable')
      await expectCode(store.identity({ create: true }), 'store_unavailable')
    })

    writingContract(start)
    metadataContract(start)
  })
}
