import type { ErrorCode } from '@syncwatch/core'
import { expect, test } from 'vitest'
import { Collections } from '../src/index.ts'
import { libraryUnderTest } from './support/library-under-test.ts'
import { streamOf } from './support/memory-vault.ts'

const failing = (code: ErrorCode) => expect.objectContaining({ code })
const NOBODY = '0190a0a0-0000-7000-8000-000000000000'

async function setUp() {
  const { editor, database } = await libraryUnderTest()
  const ids: Record<string, string> = {}
  for (const key of ['a', 'b', 'c', 'd']) {
    ids[key] = (await editor.create(key, streamOf(key), { by: 'ann' })).asset.id
  }
  const collections = new Collections(database.pool)
  const made = await collections.create({ name: 'Summer' }, 'ann')
  const idsOf = (keys: string) => [...keys].map((key) => ids[key] ?? NOBODY)
  const keys = async () => (await collections.assets(made.id)).items.map(({ key }) => key).join('')
  return { editor, collections, made, idsOf, keys }
}

test('a collection is made, edited and removed, each time on the revision that was seen', async () => {
  const { collections, made } = await setUp()
  expect(made).toMatchObject({ name: 'Summer', revision: 1, asset_count: 0, created_by: 'ann' })
  expect(await collections.edit(made.id, { description: 'hot' }, 1)).toMatchObject({
    name: 'Summer',
    description: 'hot',
    revision: 2,
  })
  await expect(collections.edit(made.id, { name: 'Winter' }, 1)).rejects.toEqual(failing('revision_stale'))
  await expect(collections.remove(made.id, 1)).rejects.toEqual(failing('revision_stale'))
  expect(await collections.list()).toMatchObject([{ id: made.id, name: 'Summer' }])
  await collections.remove(made.id, 2)
  await expect(collections.get(made.id)).rejects.toEqual(failing('collection_not_found'))
  await expect(collections.get('nonsense')).rejects.toEqual(failing('collection_not_found'))
})

test('assets are added, put somewhere, put in order and taken out', async () => {
  const { collections, made, idsOf, keys } = await setUp()
  await collections.add(made.id, idsOf('abc'), 1, null)
  expect(await keys()).toBe('abc')
  await collections.add(made.id, idsOf('dc'), 2, 0)
  expect(await keys()).toBe('dcab')
  await collections.reorder(made.id, idsOf('abcd'), 3)
  expect(await keys()).toBe('abcd')
  await collections.take(made.id, idsOf('bx'), 4)
  expect(await keys()).toBe('acd')
  expect(await collections.get(made.id)).toMatchObject({ asset_count: 3, revision: 5 })
  await expect(collections.reorder(made.id, idsOf('ac'), 5)).rejects.toEqual(failing('invalid_input'))
  await expect(collections.add(made.id, idsOf('ax'), 5, null)).rejects.toEqual(failing('asset_not_found'))
  await expect(collections.add(made.id, idsOf('b'), 4, null)).rejects.toEqual(failing('revision_stale'))
  expect(await keys()).toBe('acd')
})

test('its pages follow its order, and what is in the trash is not shown', async () => {
  const { editor, collections, made, idsOf, keys } = await setUp()
  await collections.add(made.id, idsOf('dcba'), 1, null)
  const first = await collections.assets(made.id, { limit: 3 })
  const rest = await collections.assets(made.id, { limit: 3, cursor: first.next_cursor ?? '' })
  expect([...first.items, ...rest.items].map(({ key }) => key).join('')).toBe('dcba')
  expect(rest.next_cursor).toBeNull()
  await expect(collections.assets(made.id, { cursor: 'x' })).rejects.toEqual(failing('invalid_cursor'))
  await editor.delete({ assets: [{ id: idsOf('c')[0] ?? '', revision: 1 }], count: 1, force: false, by: 'ann' })
  expect(await keys()).toBe('dba')
  expect(await collections.get(made.id)).toMatchObject({ asset_count: 3 })
})
