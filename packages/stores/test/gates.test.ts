import { cp, rename, rm } from 'node:fs/promises'
import { query } from '@syncwatch/database'
import type { Store } from '@syncwatch/sync'
import { expect, test } from 'vitest'
import { RecordedRun } from './support/recorded-run.ts'
import { TwoFolders } from './support/two-folders.ts'
import { wrapStore } from './support/wrap-store.ts'

async function withFiles(count: number, options: Parameters<typeof TwoFolders.make>[0] = {}): Promise<TwoFolders> {
  const two = await TwoFolders.make(options)
  for (let index = 0; index < count; index++) await two.write('left', `${index}.txt`, `content ${index}`)
  await two.sync('left')
  return two
}

interface Plan {
  id: string
  state: string
  gates: { gate: number; guards: string }[]
  rows: number
}

async function plans(two: TwoFolders): Promise<Plan[]> {
  return query<Plan & Record<string, unknown>>(
    two.database.pool,
    `SELECT plan.id, plan.state, plan.gates, (SELECT count(*) FROM syncwatch.held_plan_rows WHERE plan_id = plan.id) AS rows
     FROM syncwatch.held_plans plan ORDER BY plan.created_at`,
  )
}

const live = async (two: TwoFolders) => Object.keys(await two.library()).length

test('gate 4: more deletes in a folder than may go unasked are held, the rest is done, and an approval lets exactly them go', async () => {
  await using two = await withFiles(30)
  for (let index = 0; index < 12; index++) await two.remove('left', `${index}.txt`)
  await two.write('left', 'new.txt', 'new')
  const run = await two.sync('left')
  expect(run.outcome).toMatchObject({
    status: 'completed',
    message: '31 files: 1 imported, 12 waiting for approval, 18 unchanged',
  })
  expect(run.events[0]?.message).toMatch(/^12 wait for approval \(gate 4: .*[^.]\)\. See the items for the reasons\.$/)
  expect(await live(two)).toBe(31)
  const [held] = await plans(two)
  expect(held).toMatchObject({ state: 'pending', rows: 12, gates: [{ gate: 4, guards: 'inferred_deletes' }] })
  await two.sync('left')
  expect(await plans(two)).toMatchObject([{ id: held?.id, state: 'pending' }])
  await two.service.approve(two.storeId('left'), held?.id ?? '', { rows: 12, by: 'somebody' })
  // What came after the approval was not shown to who gave it.
  await two.remove('left', '20.txt')
  await two.sync('left')
  expect(await live(two)).toBe(19)
  expect((await plans(two)).map(({ state, rows }) => [state, rows])).toEqual([
    ['done', 12],
    ['pending', 1],
  ])
  // Alone it is within the limit: deletes that somebody approved are not counted.
  await two.sync('left')
  expect(await live(two)).toBe(18)
  expect((await plans(two)).map(({ state }) => state)).not.toContain('pending')
})

test('gate 4: deletes of the library that nobody was shown the count of are held for the folder', async () => {
  await using two = await withFiles(30)
  await query(two.database.pool, `UPDATE syncwatch.media_assets SET trashed_at = now() WHERE key < '2'`)
  await two.sync('left')
  expect(Object.keys(await two.files('left'))).toHaveLength(30)
  expect(await plans(two)).toMatchObject([{ state: 'pending', gates: [{ gate: 4, guards: 'library_deletes' }] }])
  await query(
    two.database.pool,
    `UPDATE syncwatch.media_assets SET trash_approved_by = 'me' WHERE trashed_at IS NOT NULL`,
  )
  await two.sync('left')
  expect(Object.keys(await two.files('left'))).toHaveLength(await live(two))
})

test('gate 5: a folder that shows nothing at all deletes nothing', async () => {
  let empty = false
  await using two = await withFiles(12, {
    wrapStore: (store) =>
      wrapStore(store, {
        list: async function* () {
          if (empty) yield { objects: [], problems: [], ignored: 0, complete: true }
          else yield* store.list({})
        },
      }),
  })
  empty = true
  await two.sync('left')
  expect(await live(two)).toBe(12)
  empty = false
  await two.sync('left')
  expect((await plans(two)).map(({ state }) => state)).not.toContain('pending')
  expect(await live(two)).toBe(12)
})

test('gate 2: a listing that does not show what is there deletes nothing', async () => {
  let lie = false
  await using two = await withFiles(5, {
    wrapStore: (store) =>
      wrapStore(store, {
        list: async function* (options) {
          for await (const page of store.list(options))
            yield lie ? { ...page, objects: page.objects.filter(({ key }) => key !== '1.txt') } : page
        },
      }),
  })
  lie = true
  await two.sync('left')
  expect(await live(two)).toBe(5)
})

test('gate 3: where listings are late, an absence counts when a second listing a minute later has it too', async () => {
  const eventual = (store: Store): Store => {
    const capabilities = { ...store.capabilities, listing: 'eventual' as const }
    return wrapStore(store, { capabilities })
  }
  await using two = await withFiles(5, { wrapStore: eventual })
  await two.remove('left', '1.txt')
  await two.sync('left')
  await two.sync('left')
  expect(await live(two)).toBe(5)
  await query(two.database.pool, `UPDATE syncwatch.absent_keys SET first_missing_at = now() - interval '61 seconds'`)
  await two.sync('left')
  expect(await live(two)).toBe(4)
})

test('gate 6: when more than half changed at once in a folder, nothing of the library is overwritten', async () => {
  await using two = await withFiles(24)
  for (let index = 0; index < 20; index++) await two.write('left', `${index}.txt`, 'scrambled', new Date())
  const run = await two.sync('left')
  expect(run.events[0]?.message).toContain('gate 6')
  expect((await two.library())['1.txt']).toBe('content 1')
  const [held] = await plans(two)
  expect(held?.rows).toBe(20)
  await two.service.approve(two.storeId('left'), held?.id ?? '', { rows: 20, by: 'somebody' })
  await two.sync('left')
  expect((await two.library())['1.txt']).toBe('scrambled')
})

test('gate 7: while the object that must always be there is missing, nothing that is missing with it is deleted', async () => {
  await using two = await withFiles(5)
  await two.write('left', 'always.txt', 'always')
  await query(two.database.pool, `UPDATE syncwatch.stores SET config = '{"sentinel": "always.txt"}'`)
  await two.sync('left')
  await two.remove('left', 'always.txt')
  await two.remove('left', '1.txt')
  await two.write('left', 'new.txt', 'new')
  const run = await two.sync('left')
  expect(run.events[0]?.message).toContain('gate 7')
  expect(await live(two)).toBe(7)
  expect(await plans(two)).toMatchObject([
    { state: 'pending', rows: 2, gates: [{ gate: 7, guards: 'inferred_deletes' }] },
  ])
  await two.write('left', 'always.txt', 'always')
  await two.sync('left')
  expect(Object.keys(await two.library())).not.toContain('1.txt')
  expect(await live(two)).toBe(6)
})

test('gate 8: another scope releases what lies outside it and deletes nothing', async () => {
  await using two = await TwoFolders.make()
  await two.write('left', 'in/a.txt', 'a')
  await two.write('left', 'out/b.txt', 'b')
  await two.sync('left')
  await query(two.database.pool, `UPDATE syncwatch.stores SET config = '{"prefixes": ["in/"]}'`)
  await two.sync('left')
  expect(Object.keys(await two.files('left'))).toEqual(['in/a.txt', 'out/b.txt'])
  expect(await live(two)).toBe(2)
  await two.remove('left', 'out/b.txt')
  await two.sync('left')
  expect(await live(two)).toBe(2)
  await two.remove('left', 'in/a.txt')
  await two.sync('left')
  expect(await live(two)).toBe(1)
})

test('gate 9: a folder that vanished, or was exchanged for another, deletes nothing and says why', async () => {
  await using two = await withFiles(5)
  await rename(two.path('left'), two.path('left', '../away'))
  expect((await two.sync('left')).outcome).toMatchObject({ error_details: { code: 'store_unavailable' } })
  await two.sync('right')
  await rename(two.path('right'), two.path('left'))
  expect((await two.sync('left')).outcome).toMatchObject({ error_details: { code: 'store_replaced' } })
  await rename(two.path('left'), two.path('right'))
  await rename(two.path('left', '../away'), two.path('left'))
  await two.converge()
  expect(Object.keys(await two.files('right'))).toHaveLength(5)
})

test('gate 9: a folder that was put back from a backup loses nothing, overwrites nothing, and is whole again', async () => {
  await using two = await withFiles(6)
  await cp(two.path('left'), two.path('left', '../backup'), { recursive: true, preserveTimestamps: true })
  await two.write('left', '1.txt', 'edited after the backup', new Date())
  await two.write('left', 'new.txt', 'made after the backup')
  await two.remove('left', '2.txt')
  await two.converge()
  await rm(two.path('left'), { recursive: true })
  await cp(two.path('left', '../backup'), two.path('left'), { recursive: true, preserveTimestamps: true })
  const run = await two.sync('left')
  expect(run.events[0]?.message).toContain('put back from a backup')
  await two.converge()
  const files = await two.files('left')
  expect(files).toMatchObject({ '1.txt': 'edited after the backup', 'new.txt': 'made after the backup' })
  expect(Object.values(files)).toContain('content 1')
  expect(files).toEqual(await two.files('right'))
  expect(files).toEqual(await two.library())
})

test('a plan is a preview: it says what a run would do and changes nothing', async () => {
  await using two = await withFiles(5)
  await two.remove('left', '1.txt')
  await two.add('new.txt', 'new')
  await two.edit('2.txt', 'edited')
  const before = await two.files('left')
  const plan = await two.service.plan(two.storeId('left'))
  expect(plan).toMatchObject({ total: 3, complete: true, gates: [], rules: { R2: 1, R5: 1, R19: 1 } })
  expect(await two.files('left')).toEqual(before)
  expect(await live(two)).toBe(6)
})

test('verify: what differs and what is missing is listed, and nothing is changed', async () => {
  await using two = await withFiles(5)
  await two.remove('left', '1.txt')
  await two.write('left', 'only here.txt', 'x')
  await two.edit('2.txt', 'edited')
  const run = await RecordedRun.start(two.database.pool)
  await two.service.verifySyncIntegrity(two.storeId('left'), run, { content: 'full' })
  expect(run.outcome).toMatchObject({
    status: 'completed',
    message: '6 checked: 3 in sync, 1 different, 1 missing in the store, 1 missing in the library',
  })
  const found = [...run.reported.values()].map(({ item_key, error_code }) => [item_key, error_code]).sort()
  expect(found).toEqual([
    ['1.txt', 'item_not_found'],
    ['2.txt', 'asset_changed'],
    ['only here.txt', 'asset_not_found'],
  ])
  expect(await live(two)).toBe(5)
  expect(Object.keys(await two.files('left'))).toHaveLength(5)
})

test('verify: content that changed behind size and time is found by reading it', async () => {
  await using two = await withFiles(3)
  const at = new Date(Date.now() - 60_000)
  await query(two.database.pool, `UPDATE syncwatch.media_replicas SET remote_version = 'never'`)
  await two.write('left', '1.txt', 'content X', at)
  const wrong = await RecordedRun.start(two.database.pool)
  await two.service.verifySyncIntegrity(two.storeId('left'), wrong, { content: 'full' })
  expect([...wrong.reported.keys()]).toEqual(['1.txt'])
})

test('one asset is synced at once, beside a full run, and an absence is left to the full run', async () => {
  await using two = await withFiles(3)
  await two.edit('1.txt', 'edited')
  await two.edit('2.txt', 'edited too')
  const [one] = (await two.assets()).filter(({ key }) => key === '1.txt')
  const run = await RecordedRun.start(two.database.pool)
  await two.service.syncSingleAsset(two.storeId('left'), { assetId: one?.id ?? '' }, run)
  expect(run.outcome, JSON.stringify(run.outcome)).toMatchObject({ status: 'completed' })
  expect(await two.files('left')).toMatchObject({ '1.txt': 'edited', '2.txt': 'content 2' })
  await two.write('left', 'new.txt', 'new')
  await two.service.syncSingleAsset(two.storeId('left'), { key: 'new.txt' }, await RecordedRun.start(two.database.pool))
  expect(await two.library()).toMatchObject({ 'new.txt': 'new' })
  await rm(two.path('left', '0.txt'))
  await two.service.syncSingleAsset(two.storeId('left'), { key: '0.txt' }, await RecordedRun.start(two.database.pool))
  expect(await two.library()).toMatchObject({ '0.txt': 'content 0' })
  await two.sync('left')
  expect(await two.files('left')).toEqual(await two.library())
})
