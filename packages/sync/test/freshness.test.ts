import { type StoreId, systemRandom } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import { expect, test } from 'vitest'
import { assetsTopic, MediaLibrary } from '../src/index.ts'
import { writeBases } from '../src/ledger/write-bases.ts'
import { NO_METADATA } from '../src/ports/asset-metadata.ts'
import { libraryUnderTest } from './support/library-under-test.ts'
import { streamOf } from './support/memory-vault.ts'

async function setUp() {
  const { database, editor, vault } = await libraryUnderTest()
  const { pool } = database
  const connect = async (name: string, mode = 'two-way', config = {}) => {
    const [row] = await query<{ id: StoreId }>(
      pool,
      `INSERT INTO syncwatch.stores (name, kind, location, mode, config) VALUES ($1, 'folder', '/' || $1, $2, $3) RETURNING id`,
      [name, mode, JSON.stringify(config)],
    )
    return (row as { id: StoreId }).id
  }
  const { asset } = await editor.create('a/b.txt', streamOf('one'), { by: 'ann' })
  const agree = (storeId: StoreId, revision: number | null = null) =>
    transaction(pool, (client) =>
      writeBases(
        client,
        [
          {
            kind: 'agree',
            assetId: asset.id,
            object: { key: asset.key, remoteId: null, version: 'v', size: 3, modifiedAt: null, metadataVersion: null },
            sha256: asset.sha256,
            metadata: NO_METADATA,
            revision,
          },
        ],
        storeId,
        systemRandom(),
      ),
    )
  const library = new MediaLibrary({ pool, vault, openStore: () => Promise.reject(new Error('not used')) })
  /** What it says of itself, having looked whether it is listed under that state and under no other. */
  const state = async () => {
    const { sync_state } = await library.get(asset.id)
    for (const each of ['in_sync', 'differs', 'not_verified'] as const) {
      const { items } = await library.list({ sync_state: each })
      expect(items.map(({ id }) => id)).toEqual(each === sync_state ? [asset.id] : [])
    }
    return sync_state
  }
  return { pool, editor, library, asset, connect, agree, state }
}

test('an asset is in sync when every store that is written to has it as it is now, and not before', async () => {
  const { pool, editor, library, asset, connect, agree, state } = await setUp()
  expect(await state()).toBe('not_verified')
  const [one, two] = [await connect('one'), await connect('two')]
  expect(await state()).toBe('not_verified')
  await agree(one)
  expect(await state(), 'the second store does not have it').toBe('differs')
  await query(pool, `UPDATE syncwatch.media_replicas SET differs_since = now()`)
  expect(await state(), 'nor does the first as it is now').toBe('differs')
  await agree(one)
  await agree(two)
  expect(await state()).toBe('in_sync')
  await editor.edit(asset.id, { alt_text: 'x' }, { by: 'ann', revision: 1 })
  expect(await state(), 'edited, and no store has that yet').toBe('differs')
  expect(await library.replicas(asset.id)).toMatchObject([{ sync_state: 'differs' }, { sync_state: 'differs' }])
  await agree(one)
  expect(await library.replicas(asset.id)).toMatchObject([
    { store_name: 'one', sync_state: 'in_sync' },
    { store_name: 'two', sync_state: 'differs' },
  ])
  await agree(two)
  expect(await state()).toBe('in_sync')
})

test('a store that only gives, and one of another folder, need not have it', async () => {
  const { connect, agree, state } = await setUp()
  await agree(await connect('one'))
  await connect('mirror', 'pull')
  await connect('elsewhere', 'two-way', { prefixes: ['x/'] })
  expect(await state()).toBe('in_sync')
  await connect('here', 'two-way', { prefixes: ['x/', 'a/'] })
  expect(await state()).toBe('differs')
})

test('what lies outside the scope of a store is not measured by it: what was agreed on there, and what is edited since', async () => {
  const { pool, editor, library, asset, connect, agree, state } = await setUp()
  const [one, two] = [await connect('one'), await connect('two')]
  await agree(one)
  await agree(two)
  expect(await state()).toBe('in_sync')
  const only = (store: StoreId, prefix: string) =>
    query(pool, 'UPDATE syncwatch.stores SET config = $2 WHERE id = $1', [
      store,
      JSON.stringify({ prefixes: [prefix] }),
    ])
  await only(one, 'x/')
  expect((await editor.edit(asset.id, { alt_text: 'x' }, { by: 'ann', revision: 1 })).revision).toBe(2)
  expect(await state(), 'the other store is behind').toBe('differs')
  await agree(two)
  expect(await state()).toBe('in_sync')
  expect(await library.replicas(asset.id)).toMatchObject([{ store_name: 'two', sync_state: 'in_sync' }])
  await only(two, 'x/')
  expect(await state()).toBe('not_verified')
})

test('whoever watches is told when an asset comes into sync, and not when nothing changed', async () => {
  const { pool, connect, agree } = await setUp()
  const store = await connect('one')
  const topic = assetsTopic(pool)
  const cursor = async () => (await query<{ x: string }>(pool, 'SELECT pg_current_xact_id() AS x'))[0]?.x ?? null
  const before = await cursor()
  await agree(store)
  expect((await topic.read(before as never)).rows).toMatchObject([{ row: { sync_state: 'in_sync' } }])
  const after = await cursor()
  await agree(store)
  expect((await topic.read(after as never)).rows).toEqual([])
})
