import { mkdir, rename, rm } from 'node:fs/promises'
import { type AssetSyncState, systemClock, systemRandom } from '@syncwatch/core'
import { type EditStore, editStoreSchema, MediaLibrary } from '@syncwatch/sync'
import { expect, test } from 'vitest'
import { FolderStore } from '../src/folder/index.ts'
import { TwoFolders } from './support/two-folders.ts'

async function started(files: Record<string, string>): Promise<TwoFolders> {
  const two = await TwoFolders.make()
  for (const [key, content] of Object.entries(files)) await two.write('left', key, content)
  await two.converge()
  return two
}

const edit = (two: TwoFolders, change: EditStore) =>
  two.catalog.edit(two.storeId('left'), editStoreSchema.parse(change), new Date())
const left = (two: TwoFolders) => two.catalog.get(two.storeId('left'))

/** What the library says of its assets. */
async function states(two: TwoFolders): Promise<Record<string, AssetSyncState>> {
  const { pool } = two.database
  const library = new MediaLibrary({ pool, vault: two.vault, openStore: () => Promise.reject(new Error('not used')) })
  const { items } = await library.list()
  return Object.fromEntries(items.map(({ key, sync_state }) => [key, sync_state]))
}

test('G8: a store that is narrowed to some folders loses nothing outside them, goes on inside them, and matches everything again when it is widened', async () => {
  await using two = await started({ 'in/a.txt': 'a', 'in.txt': 'beside', 'out/b.txt': 'b', 'out/gone.txt': 'gone' })
  expect(await edit(two, { prefixes: ['in'] })).toMatchObject({ prefixes: ['in/'] })
  await two.write('left', 'in/a.txt', 'a, edited', new Date())
  await two.write('left', 'in/new.txt', 'new')
  await two.write('left', 'out/new.txt', 'not seen')
  await two.remove('left', 'out/gone.txt')
  await two.edit('out/b.txt', 'b, edited in the library')
  const run = await two.sync('left')
  expect(run.outcome).toMatchObject({ status: 'completed' })
  expect([...run.reported.keys()].sort()).toEqual(['in/a.txt', 'in/new.txt'])
  await two.converge()
  expect(await two.library()).toEqual({
    'in/a.txt': 'a, edited',
    'in/new.txt': 'new',
    'in.txt': 'beside',
    'out/b.txt': 'b, edited in the library',
    'out/gone.txt': 'gone',
  })
  expect(await two.files('right')).toEqual(await two.library())
  expect(await two.files('left')).toMatchObject({ 'in.txt': 'beside', 'out/b.txt': 'b', 'out/new.txt': 'not seen' })
  expect(await left(two)).toMatchObject({ asset_count: 2, differ_count: 0, failed_count: 0 })
  expect(new Set(Object.values(await states(two))), 'nothing waits for what is not synced').toEqual(
    new Set(['in_sync']),
  )
  // As it was left: what was agreed on before is found again by its content.
  await two.write('left', 'out/b.txt', 'b, edited in the library')
  await edit(two, { prefixes: [] })
  await two.converge()
  const all = await two.library()
  expect(Object.keys(all).sort()).toEqual([
    'in.txt',
    'in/a.txt',
    'in/new.txt',
    'out/b.txt',
    'out/gone.txt',
    'out/new.txt',
  ])
  expect(await two.files('left')).toEqual(all)
  expect(await two.files('right')).toEqual(all)
  expect((await two.assets()).length, 'no second asset, none in the trash').toBe(6)
  expect(await left(two)).toMatchObject({ asset_count: 6, differ_count: 0 })
  // From now on a delete is one again.
  await two.remove('left', 'out/gone.txt')
  await two.converge()
  expect(Object.keys(await two.files('right'))).not.toContain('out/gone.txt')
})

test('G8: what is deleted on one side in the run that meets another scope waits for the next', async () => {
  await using two = await started({ 'in/a.txt': 'a', 'in/b.txt': 'b', 'out/c.txt': 'c' })
  await edit(two, { prefixes: ['in/'] })
  await two.remove('left', 'in/a.txt')
  await two.trash('in/b.txt')
  const run = await two.sync('left')
  expect(run.events[0]?.message).toContain('gate 8')
  expect(Object.keys(await two.library())).toEqual(['in/a.txt', 'out/c.txt'])
  expect(Object.keys(await two.files('left'))).toEqual(['in/b.txt', 'out/c.txt'])
  await two.sync('left')
  expect(Object.keys(await two.library())).toEqual(['out/c.txt'])
  expect(Object.keys(await two.files('left'))).toEqual(['out/c.txt'])
})

test('G8: an asset that the library moves out of the folders is moved in the store and then left alone; moved in again, it comes back', async () => {
  await using two = await started({ 'in/a.txt': 'a', 'in/b.txt': 'b' })
  await edit(two, { prefixes: ['in/'] })
  await two.sync('left')
  await two.rename('in/a.txt', 'out/a.txt')
  await two.converge()
  expect(await two.files('left')).toEqual({ 'out/a.txt': 'a', 'in/b.txt': 'b' })
  await two.edit('out/a.txt', 'a, edited')
  await two.sync('right')
  expect(await states(two)).toEqual({ 'out/a.txt': 'in_sync', 'in/b.txt': 'in_sync' })
  await two.rename('out/a.txt', 'in/c.txt')
  await two.converge()
  expect(await two.files('left')).toEqual({ 'out/a.txt': 'a', 'in/b.txt': 'b', 'in/c.txt': 'a, edited' })
  expect(await two.files('right')).toEqual(await two.library())
  expect((await two.assets()).length).toBe(2)
  expect(await left(two)).toMatchObject({ asset_count: 2, differ_count: 0 })
})

test('G8: an asset that was moved out and in again before a run met it is back in the store after one', async () => {
  await using two = await started({ 'in/a.txt': 'a' })
  await edit(two, { prefixes: ['in/'] })
  await two.sync('left')
  await two.rename('in/a.txt', 'out/a.txt')
  await two.sync('left')
  await two.rename('out/a.txt', 'in/again.txt')
  await two.sync('left')
  expect(await two.files('left')).toEqual({ 'out/a.txt': 'a', 'in/again.txt': 'a' })
  expect((await states(two))['in/again.txt'], 'only the other folder is behind').toBe('differs')
  await two.sync('right')
  expect(await states(two)).toEqual({ 'in/again.txt': 'in_sync' })
})

test('G8: a file that is moved out of the folders in the store counts as deleted', async () => {
  await using two = await started({ 'in/a.txt': 'a', 'in/b.txt': 'b' })
  await edit(two, { prefixes: ['in/'] })
  await two.sync('left')
  await two.move('left', 'in/a.txt', 'out/a.txt')
  await two.converge()
  expect(await two.library()).toEqual({ 'in/b.txt': 'b' })
  expect(await two.files('left')).toEqual({ 'out/a.txt': 'a', 'in/b.txt': 'b' })
})

test('G8: content that only this store has is not found while its folder is left out, and found again after', async () => {
  await using two = await TwoFolders.make({ content_mode: 'reference' })
  await two.write('left', 'out/a.txt', 'a')
  await two.sync('left')
  const { pool } = two.database
  const library = new MediaLibrary({
    pool,
    vault: two.vault,
    openStore: async ({ location }) =>
      new FolderStore({ root: location, clock: systemClock(), random: systemRandom(), settleMs: 0 }),
  })
  const [asset] = await two.assets()
  const id = asset?.id ?? ''
  await (await library.content(id)).close()
  await edit(two, { prefixes: ['in/'] })
  await two.sync('left')
  await expect(library.content(id)).rejects.toMatchObject({ code: 'not_found' })
  await edit(two, { prefixes: [] })
  await two.sync('left')
  await (await library.content(id)).close()
  expect((await two.assets()).length).toBe(1)
})

test('G7: a disk below the folder that is not there looks empty: nothing is deleted while the sentinel is missing, and all goes on when it is back', async () => {
  await using two = await started({
    'disk/here.txt': 'here',
    'disk/a.txt': 'a',
    'disk/b.txt': 'b',
    'c.txt': 'c',
  })
  await edit(two, { sentinel: 'disk/here.txt' })
  await rename(two.path('left', 'disk'), two.path('left', '../disk'))
  await mkdir(two.path('left', 'disk'))
  await two.write('left', 'new.txt', 'new')
  const run = await two.sync('left')
  expect(run.outcome).toMatchObject({ status: 'completed' })
  expect(run.events[0]?.message).toContain('gate 7: The object that must always be there is missing')
  await two.sync('right')
  const all = { 'disk/here.txt': 'here', 'disk/a.txt': 'a', 'disk/b.txt': 'b', 'c.txt': 'c', 'new.txt': 'new' }
  expect(await two.library()).toEqual(all)
  expect(await two.files('right')).toEqual(all)
  await rm(two.path('left', 'disk'), { recursive: true })
  await rename(two.path('left', '../disk'), two.path('left', 'disk'))
  await two.remove('left', 'disk/b.txt')
  await two.converge()
  const { 'disk/b.txt': _, ...kept } = all
  expect(await two.library()).toEqual(kept)
  expect(await two.files('left')).toEqual(kept)
  expect(await two.files('right')).toEqual(kept)
})

test('G7: the sentinel may lie outside the folders that are synced', async () => {
  await using two = await started({ 'in/a.txt': 'a', 'in/b.txt': 'b', 'mounted.txt': 'here' })
  await edit(two, { prefixes: ['in/'], sentinel: 'mounted.txt' })
  await two.converge()
  expect(await left(two), 'what was released does not count').toMatchObject({ asset_count: 2 })
  await two.remove('left', 'in/a.txt')
  await two.sync('left')
  expect(Object.keys(await two.library())).toEqual(['in/b.txt', 'mounted.txt'])
  await two.remove('left', 'mounted.txt')
  await two.remove('left', 'in/b.txt')
  const run = await two.sync('left')
  expect(run.events[0]?.message).toContain('gate 7')
  expect(Object.keys(await two.library())).toEqual(['in/b.txt', 'mounted.txt'])
})
