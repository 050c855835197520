import { query } from '@syncwatch/database'
import { expect, test } from 'vitest'
import { TwoFolders } from './support/two-folders.ts'
import { wrapStore } from './support/wrap-store.ts'

/** Both folders and the library have exactly this, and another round of runs has nothing to do. */
async function expectAgreed(two: TwoFolders, wanted: Record<string, string>): Promise<void> {
  await two.converge()
  expect(await two.files('left')).toEqual(wanted)
  expect(await two.files('right')).toEqual(wanted)
  expect(await two.library()).toEqual(wanted)
}

async function started(files: Record<string, string>, options: Parameters<typeof TwoFolders.make>[0] = {}) {
  const two = await TwoFolders.make(options)
  for (const [key, content] of Object.entries(files)) await two.write('left', key, content)
  await two.converge()
  expect(await two.files('right')).toEqual(files)
  return two
}

test('R19, R20: what is new in a folder or in the library comes to the others', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.add('b/c.txt', 'from the library')
  await two.write('right', 'd.txt', 'd')
  await expectAgreed(two, { 'a.txt': 'a', 'b/c.txt': 'from the library', 'd.txt': 'd' })
})

test('R2: content that changed in the library is written over what was agreed on', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.edit('a.txt', 'edited')
  await expectAgreed(two, { 'a.txt': 'edited' })
})

test('R3: content that changed in a folder comes into the library and the other folder', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.write('right', 'a.txt', 'changed', new Date())
  await expectAgreed(two, { 'a.txt': 'changed' })
})

test('R4: what was deleted in the library is deleted in the folders, whose bytes the library keeps', async () => {
  await using two = await started({ 'a.txt': 'a', 'b.txt': 'b' })
  await two.trash('a.txt')
  await expectAgreed(two, { 'b.txt': 'b' })
  const [gone] = (await two.assets()).filter(({ trashed }) => trashed)
  expect(await two.content(gone?.sha256 ?? '')).toBe('a')
})

test('R5: what was deleted in a folder goes to the trash, and from the other folder', async () => {
  await using two = await started({ 'a.txt': 'a', 'b.txt': 'b' })
  await two.remove('right', 'a.txt')
  await expectAgreed(two, { 'b.txt': 'b' })
})

test('R6: what is gone on both sides stays gone', async () => {
  await using two = await started({ 'a.txt': 'a', 'b.txt': 'b' })
  await two.remove('left', 'a.txt')
  await two.remove('right', 'a.txt')
  await two.trash('a.txt')
  await expectAgreed(two, { 'b.txt': 'b' })
})

test('R7: the same change on both sides is no conflict', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.edit('a.txt', 'same')
  await two.write('left', 'a.txt', 'same', new Date())
  await expectAgreed(two, { 'a.txt': 'same' })
})

test('R8: different changes under keep-both: the library keeps the name, the other gets one of its own, everywhere', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.edit('a.txt', 'of the library')
  await two.write('left', 'a.txt', 'of the folder', new Date())
  await expectAgreed(two, { 'a.conflict-left-1.txt': 'of the folder', 'a.txt': 'of the library' })
})

test('R8: both folders change the same file differently; nothing is lost and the folders end equal', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.write('left', 'a.txt', 'of the left', new Date())
  await two.write('right', 'a.txt', 'of the right', new Date())
  await expectAgreed(two, { 'a.conflict-right-1.txt': 'of the right', 'a.txt': 'of the left' })
})

test.each([
  ['newer', { 'a.conflict-left-1.txt': 'of the library', 'a.txt': 'of the folder' }],
  ['library', { 'a.txt': 'of the library' }],
  ['store', { 'a.txt': 'of the folder' }],
] as const)('R8: different changes under the policy %s', async (conflict_policy, wanted) => {
  await using two = await started({ 'a.txt': 'a' }, { conflict_policy })
  await two.edit('a.txt', 'of the library', new Date(Date.now() - 600_000))
  await two.write('left', 'a.txt', 'of the folder', new Date())
  await expectAgreed(two, wanted)
})

test('R8: different changes under manual are held, and both sides keep theirs', async () => {
  await using two = await started({ 'a.txt': 'a' }, { conflict_policy: 'manual' })
  await two.edit('a.txt', 'of the library')
  await two.write('left', 'a.txt', 'of the folder', new Date())
  const run = await two.sync('left')
  expect([...run.reported.values()]).toMatchObject([{ item_key: 'a.txt', state: 'skipped', error_code: 'held_back' }])
  expect(await two.files('left')).toEqual({ 'a.txt': 'of the folder' })
  expect(await two.library()).toEqual({ 'a.txt': 'of the library' })
})

test.each([
  ['keep-both', { 'a.txt': 'edited', 'z.txt': 'z' }],
  ['newer', { 'a.txt': 'edited', 'z.txt': 'z' }],
  ['library', { 'a.txt': 'edited', 'z.txt': 'z' }],
  ['store', { 'z.txt': 'z' }],
] as const)('R9: edited in the library, deleted in a folder, under the policy %s', async (conflict_policy, wanted) => {
  await using two = await started({ 'a.txt': 'a', 'z.txt': 'z' }, { conflict_policy })
  await two.edit('a.txt', 'edited')
  await two.remove('left', 'a.txt')
  await expectAgreed(two, wanted)
})

test.each([
  ['keep-both', { 'a.txt': 'edited', 'z.txt': 'z' }],
  ['newer', { 'a.txt': 'edited', 'z.txt': 'z' }],
  ['library', { 'z.txt': 'z' }],
  ['store', { 'a.txt': 'edited', 'z.txt': 'z' }],
] as const)('R10: deleted in the library, edited in a folder, under the policy %s', async (conflict_policy, wanted) => {
  await using two = await started({ 'a.txt': 'a', 'z.txt': 'z' }, { conflict_policy })
  await two.trash('a.txt')
  await two.write('left', 'a.txt', 'edited', new Date())
  await expectAgreed(two, wanted)
})

test('R11: renamed in the library is renamed in the folders', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.rename('a.txt', 'folder/b.txt')
  await expectAgreed(two, { 'folder/b.txt': 'a' })
  expect(await two.assets()).toHaveLength(1)
})

test('R11: renamed in a folder is renamed in the library and in the other folder', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.move('right', 'a.txt', 'folder/b.txt')
  await expectAgreed(two, { 'folder/b.txt': 'a' })
  expect(await two.assets()).toHaveLength(1)
})

test('R12: renamed in the library and edited in a folder', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.rename('a.txt', 'b.txt')
  await two.write('left', 'a.txt', 'edited', new Date())
  await expectAgreed(two, { 'b.txt': 'edited' })
})

test('R13: renamed in the library and deleted in a folder is there again under its new name', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.rename('a.txt', 'b.txt')
  await two.remove('left', 'a.txt')
  await expectAgreed(two, { 'b.txt': 'a' })
})

test('R14: renamed differently on both sides gets the name that the library gave', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.rename('a.txt', 'of the library.txt')
  await two.move('left', 'a.txt', 'of the folder.txt')
  await expectAgreed(two, { 'of the library.txt': 'a' })
})

test('R15: renamed to a name under which a folder has something new', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.rename('a.txt', 'b.txt')
  await two.write('left', 'b.txt', 'new')
  await two.converge()
  expect(Object.values(await two.files('left')).sort()).toEqual(['a', 'new'])
  expect((await two.files('left'))['b.txt']).toBe('a')
  expect(await two.files('right')).toEqual(await two.files('left'))
})

test.each([
  { conflict_policy: 'store', age: 3_600_000, keeps: 'new' },
  { conflict_policy: 'newer', age: 0, keeps: 'new' },
  { conflict_policy: 'newer', age: 3_600_000, keeps: 'a' },
  { conflict_policy: 'library', age: 0, keeps: 'a' },
] as const)(
  'R15: under $conflict_policy, of a name that both gave, a file of $age ms age leaves it to "$keeps"',
  async ({ conflict_policy, age, keeps }) => {
    await using two = await started({ 'a.txt': 'a' }, { conflict_policy })
    await two.rename('a.txt', 'b.txt')
    await two.write('left', 'b.txt', 'new', new Date(Date.now() - age))
    const other = keeps === 'new' ? 'a' : 'new'
    await expectAgreed(two, { 'b.conflict-left-1.txt': other, 'b.txt': keeps })
    expect((await two.assets()).filter(({ trashed }) => !trashed)).toHaveLength(2)
  },
)

test.each([
  { later: 'in the folder', offset: 3_600_000 },
  { later: 'in the library', offset: -3_600_000 },
])('R16: under newer, what was said $later at last stands', async ({ later, offset }) => {
  await using two = await started({ 'a.txt': 'a' }, { conflict_policy: 'newer' })
  await two.describe('a.txt', 'before')
  await two.converge()
  const sidecar = (await two.files('left'))['a.txt.xmp'] ?? ''
  await two.describe('a.txt', 'in the library')
  await two.write('left', 'a.txt.xmp', sidecar.replace('before', 'in the folder'), new Date(Date.now() + offset))
  await two.converge()
  expect((await two.assets())[0]?.display_name).toBe(later)
  expect((await two.files('right'))['a.txt.xmp']).toContain(later)
})

test('R11: names that were swapped in the library are swapped in the folders', async () => {
  await using two = await started({ 'a.txt': 'was a', 'b.txt': 'was b' })
  await two.rename('a.txt', 'c.txt')
  await two.rename('b.txt', 'a.txt')
  await two.rename('c.txt', 'b.txt')
  await expectAgreed(two, { 'a.txt': 'was b', 'b.txt': 'was a' })
  expect(await two.assets()).toHaveLength(2)
})

test('R11: names that were swapped in a folder are swapped in the library', async () => {
  await using two = await started({ 'a.txt': 'was a', 'b.txt': 'was b' })
  await two.move('left', 'a.txt', 'c.txt')
  await two.move('left', 'b.txt', 'a.txt')
  await two.move('left', 'c.txt', 'b.txt')
  await expectAgreed(two, { 'a.txt': 'was b', 'b.txt': 'was a' })
  expect(await two.assets()).toHaveLength(2)
})

test('R11: a chain of names, and a new file under the first of them', async () => {
  await using two = await started({ '1.txt': 'one', '2.txt': 'two', '3.txt': 'three' })
  await two.move('left', '3.txt', '4.txt')
  await two.move('left', '2.txt', '3.txt')
  await two.move('left', '1.txt', '2.txt')
  await two.write('left', '1.txt', 'new')
  await expectAgreed(two, { '1.txt': 'new', '2.txt': 'one', '3.txt': 'two', '4.txt': 'three' })
})

test('R16: what a person says of an asset travels with it, and is merged by field', async () => {
  await using two = await started({ 'a.txt': 'a' })
  await two.describe('a.txt', 'Shown name')
  await two.converge()
  const sidecars = (await two.files('right'))['a.txt.xmp']
  expect(sidecars).toContain('Shown name')
  await two.write('right', 'a.txt.xmp', (sidecars ?? '').replace('Shown name', 'Another name'), new Date())
  await two.converge()
  expect((await two.assets())[0]?.display_name).toBe('Another name')
  expect((await two.files('left'))['a.txt.xmp']).toContain('Another name')
})

test('R21: both sides have the same file already', async () => {
  await using two = await TwoFolders.make()
  await two.write('left', 'a.txt', 'a')
  await two.write('right', 'a.txt', 'a')
  await expectAgreed(two, { 'a.txt': 'a' })
  expect(await two.assets()).toHaveLength(1)
})

test('R22: both sides have a file of the same name and differ', async () => {
  await using two = await TwoFolders.make()
  await two.write('left', 'a.txt', 'left')
  await two.write('right', 'a.txt', 'right')
  await expectAgreed(two, { 'a.conflict-right-1.txt': 'right', 'a.txt': 'left' })
})

test('R23: what was restored from the trash comes back to the folders', async () => {
  await using two = await started({ 'a.txt': 'a', 'b.txt': 'b' })
  await two.trash('a.txt')
  await expectAgreed(two, { 'b.txt': 'b' })
  await two.restore('a.txt')
  await expectAgreed(two, { 'a.txt': 'a', 'b.txt': 'b' })
})

test('R23: what was deleted and is in the folder again is new', async () => {
  await using two = await started({ 'a.txt': 'a', 'b.txt': 'b' })
  await two.remove('left', 'a.txt')
  await two.converge()
  await two.write('left', 'a.txt', 'again')
  await expectAgreed(two, { 'a.txt': 'again', 'b.txt': 'b' })
})

test.each([
  ['library', { 'a.txt': 'of the library' }],
  ['store', { 'a.txt': 'of the folder' }],
  ['both', { 'a.conflict-left-1.txt': 'of the folder', 'a.txt': 'of the library' }],
] as const)(
  'R8: a held conflict that a person decided for %s is settled so by the next run',
  async (resolution, wanted) => {
    await using two = await started({ 'a.txt': 'a' }, { conflict_policy: 'manual' })
    await two.edit('a.txt', 'of the library')
    await two.write('left', 'a.txt', 'of the folder', new Date())
    await two.sync('left')
    const decided = await query(
      two.database.pool,
      `UPDATE syncwatch.media_conflicts SET state = 'resolved', resolution = $1, resolved_by = 'me', resolved_at = now()
     WHERE state = 'open' AND outcome = 'held' RETURNING id`,
      [resolution],
    )
    expect(decided).toHaveLength(1)
    await expectAgreed(two, wanted)
    const applied = await query(two.database.pool, 'SELECT FROM syncwatch.media_conflicts WHERE applied_at IS NOT NULL')
    expect(applied.length).toBeGreaterThan(0)
  },
)

test('in reference mode bytes go from folder to folder, and the vault keeps none', async () => {
  await using two = await started({ 'a.txt': 'a', 'b.txt': 'b' }, { content_mode: 'reference' })
  await two.write('right', 'a.txt', 'changed there', new Date())
  await two.converge()
  expect(await two.files('left')).toEqual({ 'a.txt': 'changed there', 'b.txt': 'b' })
  for (const { key, sha256 } of await two.assets()) expect(await two.vault.has(sha256), key).toBe(false)
})

test('in reference mode a file whose bytes nobody has any more is an item that says where they should be', async () => {
  await using two = await started({ 'a.txt': 'a' }, { content_mode: 'reference' })
  await two.remove('left', 'a.txt')
  await two.remove('right', 'a.txt')
  await two.rename('a.txt', 'b.txt')
  const run = await two.sync('left')
  const [item] = run.reported.values()
  expect(item).toMatchObject({ state: 'failed', error_code: 'not_found' })
  expect(item?.error_message).toContain('"left", "right"')
})

test('in reference mode bytes that are overwritten or deleted in the store are kept before', async () => {
  await using two = await TwoFolders.make({ content_mode: 'reference' })
  await two.write('left', 'a.txt', 'overwritten')
  await two.write('left', 'b.txt', 'deleted')
  await two.sync('left')
  const [a, b] = await two.assets()
  expect(await two.vault.has(a?.sha256 ?? '')).toBe(false)
  await two.edit('a.txt', 'edited')
  await two.trash('b.txt')
  await two.sync('left')
  expect(await two.files('left')).toEqual({ 'a.txt': 'edited' })
  expect(await two.content(a?.sha256 ?? '')).toBe('overwritten')
  expect(await two.content(b?.sha256 ?? '')).toBe('deleted')
})

test('X6: what changes in the store between the look and the write is not overwritten', async () => {
  let meanwhile = async () => {}
  await using two = await started(
    { 'a.txt': 'a' },
    {
      wrapStore: (store) =>
        wrapStore(store, {
          write: async (key, content, condition, options) => {
            await meanwhile()
            return store.write(key, content, condition, options)
          },
        }),
    },
  )
  await two.edit('a.txt', 'of the library')
  meanwhile = () => two.write('left', 'a.txt', 'of somebody else', new Date())
  const run = await two.sync('left')
  meanwhile = async () => {}
  expect(run.reported.get('a.txt')).toMatchObject({ state: 'skipped', error_code: 'precondition_failed' })
  expect(await two.files('left')).toEqual({ 'a.txt': 'of somebody else' })
  await expectAgreed(two, { 'a.conflict-left-1.txt': 'of somebody else', 'a.txt': 'of the library' })
})

test('X6: what somebody deletes in the library while the store is written stays deleted', async () => {
  let meanwhile = async () => {}
  await using two = await started(
    { 'a.txt': 'a', 'b.txt': 'b' },
    {
      wrapStore: (store) =>
        wrapStore(store, {
          write: async (key, content, condition, options) => {
            const written = await store.write(key, content, condition, options)
            await meanwhile()
            return written
          },
        }),
    },
  )
  await two.edit('a.txt', 'edited')
  meanwhile = async () => {
    meanwhile = async () => {}
    await two.trash('a.txt')
  }
  await two.sync('left')
  await expectAgreed(two, { 'b.txt': 'b' })
})
