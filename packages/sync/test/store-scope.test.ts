import { firstProblem, SyncwatchError } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { createTestDatabase } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { editStoreSchema, StoreCatalog } from '../src/index.ts'

const NOW = new Date('2026-01-01T00:00:00Z')

async function setUp() {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const catalog = new StoreCatalog(database.pool)
  const store = await catalog.create({ name: 'a', kind: 'folder', location: '/a', config: { other: { kept: null } } })
  const config = async () => {
    const [row] = await query<{ config: unknown }>(database.pool, 'SELECT config FROM syncwatch.stores WHERE id = $1', [
      store.id,
    ])
    return row?.config
  }
  return { catalog, store, config }
}

test('the folders and the sentinel of a store are set, shown and taken back; what else is configured stays', async () => {
  const { catalog, store, config } = await setUp()
  expect(store).toMatchObject({ prefixes: [], sentinel: null })
  const narrowed = await catalog.edit(store.id, { prefixes: ['in/'] }, NOW)
  expect(narrowed).toMatchObject({ prefixes: ['in/'], sentinel: null })
  expect(narrowed.rev).toBeGreaterThan(store.rev)
  expect(await catalog.edit(store.id, { sentinel: 'in/here.txt' }, NOW)).toMatchObject({
    prefixes: ['in/'],
    sentinel: 'in/here.txt',
  })
  expect(await catalog.edit(store.id, { name: 'b' }, NOW)).toMatchObject({ prefixes: ['in/'], sentinel: 'in/here.txt' })
  expect(await config()).toEqual({ other: { kept: null }, prefixes: ['in/'], sentinel: 'in/here.txt' })
  expect(await catalog.edit(store.id, { prefixes: [], sentinel: null }, NOW)).toMatchObject({
    prefixes: [],
    sentinel: null,
  })
  const made = { name: 'c', kind: 'folder', location: '/c', prefixes: ['z', 'a/b', 'z/'], sentinel: 'x' } as const
  expect(await catalog.create({ ...made, prefixes: [...made.prefixes] })).toMatchObject({
    prefixes: ['a/b/', 'z/'],
    sentinel: 'x',
  })
})

test.each([
  [{ prefixes: [''] }, 'is empty'],
  [{ prefixes: ['a', '/'] }, 'is empty'],
  [{ prefixes: ['/etc'] }, 'begins with a slash'],
  [{ prefixes: ['a/../b'] }, 'leads out of the library'],
  [{ prefixes: ['a//b'] }, 'has an empty segment'],
  [{ prefixes: ['a//'] }, 'has an empty segment'],
  [{ prefixes: ['a\0'] }, 'no name may have'],
  [{ prefixes: ['\ud800'] }, 'no name may have'],
  [{ prefixes: ['a'.repeat(256)] }, 'over 255 bytes long'],
  [{ prefixes: ['a/'.repeat(513)] }, 'over 1024 bytes long'],
  [{ prefixes: Array.from({ length: 101 }, (_, index) => `${index}`) }, 'at most 100'],
  [{ prefixes: 'a' }, 'a list'],
  [{ sentinel: '' }, 'is empty'],
  [{ sentinel: 'a/' }, 'has an empty segment'],
  [{ sentinel: '../a' }, 'leads out of the library'],
  [{ sentinel: '.syncwatch-trash/a' }, 'keeps for itself'],
])('%j is refused: %s', (given, why) => {
  const refused = editStoreSchema.safeParse(given)
  expect(refused.success).toBe(false)
  expect(firstProblem(refused.error as NonNullable<typeof refused.error>)).toMatchObject({
    field: expect.stringMatching(/^(prefixes(\[\d\])?|sentinel)$/),
    sentence: expect.stringContaining(why),
  })
})

test('a store with such folders is not connected', async () => {
  const { catalog } = await setUp()
  const creating = catalog.create({ name: 'b', kind: 'folder', location: '/b', prefixes: ['../a'] })
  await expect(creating).rejects.toThrow(SyncwatchError)
  await expect(creating).rejects.toMatchObject({ code: 'invalid_input' })
})
