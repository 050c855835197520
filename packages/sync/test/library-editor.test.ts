import type { AssetDetail, ErrorCode } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { expect, test } from 'vitest'
import type { LibraryEditor } from '../src/index.ts'
import { libraryUnderTest } from './support/library-under-test.ts'
import { streamOf } from './support/memory-vault.ts'

const NOBODY = '0190a0a0-0000-7000-8000-000000000000'

async function make(editor: LibraryEditor, key: string, content = `content of ${key}`): Promise<AssetDetail> {
  return (await editor.create(key, streamOf(content), { by: 'ann' })).asset
}

const failing = (code: ErrorCode, details: object = {}) => expect.objectContaining({ code, ...details })

test('an asset is made of bytes, and the same upload again is that asset', async () => {
  const { editor, vault, told } = await libraryUnderTest()
  const made = await editor.create('a/b.png', streamOf('PN', 'G!', ' and more'), { by: 'ann' })
  expect(made).toMatchObject({
    created: true,
    asset: {
      key: 'a/b.png',
      folder: 'a',
      name: 'b.png',
      size: 13,
      mime_type: 'image/png',
      thumbnail: 'pending',
      revision: 1,
    },
  })
  expect(vault.contents.has(made.asset.sha256 ?? '')).toBe(true)
  const again = await editor.create('a/b.png', streamOf('PNG! and more'), { by: 'ann' })
  expect(again).toMatchObject({ created: false, asset: { id: made.asset.id } })
  await expect(editor.create('a/b.png', streamOf('other'), { by: 'ann' })).rejects.toEqual(
    failing('asset_exists', { details: { asset_id: made.asset.id } }),
  )
  expect(told).toEqual([made.asset.id])
})

test.each<[string, ErrorCode]>([
  ['', 'item_name_invalid'],
  ['/etc/passwd', 'item_outside_root'],
  ['a/../../b', 'item_outside_root'],
  ['a//b', 'item_name_invalid'],
  ['a/./b', 'item_name_invalid'],
  ['a\u0000b', 'item_name_invalid'],
  ['a\nb', 'item_name_invalid'],
  ['\ud800', 'item_name_invalid'],
  ['x/.syncwatch-store', 'item_name_invalid'],
  ['y'.repeat(256), 'item_name_invalid'],
  [`${'folder/'.repeat(200)}a`, 'item_name_invalid'],
])('nobody can give an asset the key %j', async (key, code) => {
  const { editor } = await libraryUnderTest()
  const asset = await make(editor, 'good')
  await expect(make(editor, key)).rejects.toEqual(failing(code))
  await expect(editor.edit(asset.id, { key }, { by: 'ann', revision: 1 })).rejects.toEqual(failing(code))
})

test('content over the limit is refused and makes nothing', async () => {
  const { editor, vault } = await libraryUnderTest()
  await expect(make(editor, 'big', 'x'.repeat(1_001))).rejects.toEqual(failing('payload_too_large'))
  expect(vault.contents.size).toBe(0)
  const asset = await make(editor, 'a', 'x'.repeat(1_000))
  await expect(
    editor.replaceContent(asset.id, streamOf('y'.repeat(1_001)), { by: 'ann', revision: 1 }),
  ).rejects.toEqual(failing('payload_too_large'))
  expect(await editor.detail(asset.id)).toMatchObject({ sha256: asset.sha256, revision: 1 })
})

test('renaming, moving and describing raise the revision; bookkeeping and an edit that changes nothing do not', async () => {
  const { editor, database, told } = await libraryUnderTest()
  const { id } = await make(editor, 'a/b.png')
  expect(await editor.edit(id, { name: 'c.png' }, { by: 'ann', revision: 1 })).toMatchObject({
    key: 'a/c.png',
    revision: 2,
  })
  expect(await editor.edit(id, { folder: 'x/y' }, { by: 'ann', revision: 2 })).toMatchObject({
    key: 'x/y/c.png',
    revision: 3,
  })
  expect(await editor.edit(id, { folder: '' }, { by: 'ann', revision: 3 })).toMatchObject({ key: 'c.png', revision: 4 })
  const described = await editor.edit(
    id,
    { display_name: 'C', alt_text: 'a c', tags: ['z', 'a', 'z'], custom: { n: 1 } },
    { by: 'ann', revision: 4 },
  )
  expect(described).toMatchObject({
    revision: 5,
    display_name: 'C',
    alt_text: 'a c',
    tags: ['a', 'z'],
    custom: { n: 1 },
  })
  expect(described.metadata_modified_at).not.toBeNull()
  expect(await editor.edit(id, { alt_text: null }, { by: 'ann', revision: 5 })).toMatchObject({
    alt_text: null,
    revision: 6,
  })
  const before = told.length
  expect(await editor.edit(id, { display_name: 'C', tags: ['a', 'z'] }, { by: 'ann', revision: 6 })).toMatchObject({
    revision: 6,
  })
  await query(database.pool, 'UPDATE syncwatch.media_assets SET updated_at = now(), width = 3 WHERE id = $1', [id])
  expect(await editor.detail(id)).toMatchObject({ revision: 6, width: 3 })
  expect(told).toHaveLength(before)
})

test('a change on an old revision is refused, says the one that is there, and changes nothing', async () => {
  const { editor, told } = await libraryUnderTest()
  const { id } = await make(editor, 'a')
  await editor.edit(id, { name: 'b' }, { by: 'ann', revision: 1 })
  const before = [...told]
  const stale = failing('revision_stale', { details: { revision: 2, given: 1 } })
  const old = { by: 'bob', revision: 1 }
  await expect(editor.edit(id, { name: 'c' }, old)).rejects.toEqual(stale)
  await expect(editor.replaceContent(id, streamOf('x'), old)).rejects.toEqual(stale)
  await expect(editor.delete({ assets: [{ id, revision: 1 }], count: 1, force: true, by: 'bob' })).rejects.toEqual(
    stale,
  )
  expect(await editor.detail(id)).toMatchObject({ key: 'b', revision: 2, trashed_at: null })
  expect(told).toEqual(before)
})

test('of two edits of one revision at once exactly one is made', async () => {
  const { editor } = await libraryUnderTest()
  const { id } = await make(editor, 'a')
  const edits = ['b', 'c', 'd', 'e'].map((name) => editor.edit(id, { name }, { by: name, revision: 1 }))
  const settled = await Promise.allSettled(edits)
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await editor.detail(id)).toMatchObject({ revision: 2 })
})

test('a name that another asset has is refused with that asset', async () => {
  const { editor } = await libraryUnderTest()
  const [a, b] = [await make(editor, 'a'), await make(editor, 'b')]
  await expect(editor.edit(b.id, { key: 'a' }, { by: 'ann', revision: 1 })).rejects.toEqual(
    failing('asset_exists', { details: { asset_id: a.id } }),
  )
})

test('replaced content stays reachable as a version and can be had back', async () => {
  const { editor, vault } = await libraryUnderTest()
  const first = await make(editor, 'a', 'first')
  const second = await editor.replaceContent(first.id, streamOf('second'), { by: 'bob', revision: 1 })
  expect(second).toMatchObject({ revision: 2, size: 6 })
  const [version] = await editor.versions(first.id)
  expect(version).toMatchObject({ sha256: first.sha256, reason: 'replaced', replaced_by: 'bob', size: 5 })
  const same = await editor.replaceContent(first.id, streamOf('second'), { by: 'bob', revision: 2 })
  expect([same.revision, (await editor.versions(first.id)).length]).toEqual([2, 1])
  const back = await editor.restoreVersion(first.id, version?.id ?? '', { by: 'ann', revision: 2 })
  expect(back).toMatchObject({ sha256: first.sha256, revision: 3 })
  expect((await editor.versions(first.id)).map(({ sha256 }) => sha256)).toEqual([second.sha256, first.sha256])
  vault.contents.delete(second.sha256 ?? '')
  const [gone] = await editor.versions(first.id)
  await expect(editor.restoreVersion(first.id, gone?.id ?? '', { by: 'ann', revision: 3 })).rejects.toEqual(
    failing('version_not_found'),
  )
  await expect(editor.version(first.id, NOBODY)).rejects.toEqual(failing('version_not_found'))
})

test('a delete goes to the trash with the name of who approved it, and comes back', async () => {
  const { editor, database } = await libraryUnderTest()
  const { id } = await make(editor, 'a')
  await editor.delete({ assets: [{ id, revision: 1 }], count: null, force: false, by: 'ann' })
  const [row] = await query(database.pool, 'SELECT trash_approved_by FROM syncwatch.media_assets WHERE id = $1', [id])
  expect(row).toEqual({ trash_approved_by: 'ann' })
  const { items } = await editor.trash()
  expect(items).toMatchObject([{ id, trashed_by: 'ann', trash_reason: 'deleted', revision: 2 }])
  await expect(editor.edit(id, { name: 'b' }, { by: 'ann', revision: 2 })).rejects.toEqual(failing('asset_trashed'))
  const other = await make(editor, 'a', 'another')
  await expect(editor.restore(id, { by: 'ann', revision: 2 })).rejects.toEqual(
    failing('asset_exists', { details: { asset_id: other.id } }),
  )
  expect(await editor.restore(id, { by: 'ann', revision: 2, key: 'a again' })).toMatchObject({
    key: 'a again',
    trashed_at: null,
    revision: 3,
  })
  await expect(editor.restore(id, { by: 'ann', revision: 3 })).rejects.toEqual(failing('asset_not_found'))
})

test('a delete of several needs the number that goes, and is all or nothing', async () => {
  const { editor } = await libraryUnderTest()
  const assets = []
  for (const key of ['a', 'b', 'c']) assets.push({ id: (await make(editor, key)).id, revision: 1 })
  const request = { assets, force: false, by: 'ann' }
  const unconfirmed = failing('confirmation_needed', { details: { count: 3 } })
  await expect(editor.delete({ ...request, count: null })).rejects.toEqual(unconfirmed)
  await expect(editor.delete({ ...request, count: 2 })).rejects.toEqual(unconfirmed)
  const withNobody = { ...request, assets: [...assets, { id: NOBODY, revision: null }], count: 4 }
  await expect(editor.delete(withNobody)).rejects.toEqual(failing('asset_not_found'))
  expect((await editor.trash()).items).toEqual([])
  expect((await editor.delete({ ...request, count: 3 })).trashed).toHaveLength(3)
  const first = await editor.trash({ limit: 2 })
  const rest = await editor.trash({ limit: 2, cursor: first.next_cursor ?? '' })
  expect([...first.items, ...rest.items].map(({ key }) => key).sort()).toEqual(['a', 'b', 'c'])
  expect(rest.next_cursor).toBeNull()
})

test('what the app uses is deleted only when that is wanted', async () => {
  const { editor } = await libraryUnderTest()
  const { id } = await make(editor, 'a')
  const use = { used_in: 'page', reference: '/about' }
  await editor.addUsage(id, use)
  await editor.addUsage(id, use)
  expect(await editor.usage(id)).toMatchObject([use])
  expect(await editor.detail(id)).toMatchObject({ usage_count: 1 })
  const request = { assets: [{ id, revision: 1 }], count: 1, by: 'ann' }
  await expect(editor.delete({ ...request, force: false })).rejects.toEqual(
    failing('asset_in_use', { details: { usage: [expect.objectContaining({ asset_id: id, ...use })] } }),
  )
  await editor.removeUsage(id, use)
  await editor.removeUsage(id, use)
  await editor.addUsage(id, { used_in: 'page', reference: '/other' })
  expect((await editor.delete({ ...request, force: true })).trashed).toEqual([id])
})

test('purging the trash takes what no store has any more, and leaves the rest', async () => {
  const { editor, database } = await libraryUnderTest()
  const [gone, kept, live] = [await make(editor, 'gone'), await make(editor, 'kept'), await make(editor, 'live')]
  await query(
    database.pool,
    `WITH store AS (INSERT INTO syncwatch.stores (name, kind, location) VALUES ('s', 'folder', '/s') RETURNING id)
     INSERT INTO syncwatch.media_replicas (store_id, asset_id, remote_key, remote_version, remote_size)
     SELECT store.id, $1, 'kept', 'v', 1 FROM store`,
    [kept.id],
  )
  const assets = [gone, kept].map(({ id }) => ({ id, revision: null }))
  await editor.delete({ assets, count: 2, force: false, by: 'ann' })
  expect(await editor.purge([gone.id, kept.id, live.id])).toBe(1)
  await expect(editor.detail(gone.id)).rejects.toEqual(failing('asset_not_found'))
  expect((await editor.trash()).items).toMatchObject([{ id: kept.id }])
  expect(await editor.detail(live.id)).toMatchObject({ trashed_at: null })
})
