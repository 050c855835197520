import type { OperationId, OperationRow, StoreId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { createTestDatabase, FakeClock, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type CreateStore, StoreCatalog } from '../src/index.ts'
import { StoresFollow } from '../src/jobs/index.ts'

/** A library and its stores in a database of their own; what is begun is only written down. */
async function setUp() {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const { pool } = database
  const clock = new FakeClock()
  const catalog = new StoreCatalog(pool)
  const names = new Map<StoreId, string>()
  const singles: string[] = []
  const runs: string[] = []
  /** What waits or is under way; a run that is begun is joined until it has ended. */
  const open = new Map<StoreId, { id: string; status: string; start_time: string | null }>()
  const begin = (storeId: StoreId, start_time: string | null) => {
    const operation = { id: `${storeId} ${runs.length}`, status: 'in_progress', start_time }
    open.set(storeId, operation)
    return operation
  }
  const follow = new StoresFollow({
    pool,
    clock,
    catalog,
    status: {
      getOperation: async (id: string) => [...open.values()].find((row) => row.id === id) as unknown as OperationRow,
    },
    enqueueSync: async (id, { triggered_by, source }) => {
      const joined = open.get(id)
      if (joined?.status === 'in_progress') return joined.id as OperationId
      runs.push(`${names.get(id)} by ${triggered_by}, ${source}`)
      return begin(id, null).id as OperationId
    },
    enqueueAsset: async (id, { key, change, revision }, { triggered_by, source }) => {
      singles.push(`${change} ${key} ${revision} in ${names.get(id)} by ${triggered_by}, ${source}`)
      return null
    },
  })
  onTestFinished(() => follow.stop())
  const connect = async (name: string, more: Partial<CreateStore> = {}) => {
    const { id } = await catalog.create({ name, kind: 'folder', location: `/${name}`, ...more })
    names.set(id, name)
    return id
  }
  const add = async (key: string): Promise<string> => {
    const [row] = await query<{ id: string }>(
      pool,
      'INSERT INTO syncwatch.media_assets (key, size) VALUES ($1, 1) RETURNING id',
      [key],
    )
    return row?.id ?? ''
  }
  const change = (id: string, to: string) => query(pool, `UPDATE syncwatch.media_assets SET ${to} WHERE id = $1`, [id])
  /** Both agree on everything that is in the library now. */
  const agree = (storeId: StoreId) =>
    query(
      pool,
      `INSERT INTO syncwatch.media_replicas (store_id, asset_id, remote_key, remote_version, remote_size, library_revision)
       SELECT $1, id, key, '1', size, revision FROM syncwatch.media_assets WHERE trashed_at IS NULL
       ON CONFLICT (asset_id, store_id) DO UPDATE SET library_revision = excluded.library_revision, differs_since = NULL`,
      [storeId],
    )
  /** Lets what was told be gathered, and (`told`) waits until nothing is left to tell. */
  const gathered = async () => {
    await waitFor(() => clock.nextTimerIn === 100, { what: 'the gathering' })
    await clock.advance(100)
  }
  const told = async () => {
    await gathered()
    await waitFor(() => follow.isAtRest, { what: 'the end of the telling' })
  }
  /** Lets the time of the next look come. */
  const looked = async () => {
    await clock.advance(clock.nextTimerIn ?? 0)
    await told()
  }
  return {
    gathered,
    looked,
    pool,
    clock,
    catalog,
    follow,
    connect,
    add,
    change,
    agree,
    told,
    singles,
    runs,
    open,
    begin,
  }
}

test('assets that somebody changed are synced one by one with each store that is written to', async () => {
  const { pool, follow, connect, add, change, agree, told, singles, runs } = await setUp()
  const [first, out, mirror, paused] = [
    await connect('a'),
    await connect('out', { mode: 'push' }),
    await connect('mirror', { mode: 'pull' }),
    await connect('paused'),
  ]
  await query(pool, 'UPDATE syncwatch.stores SET is_paused = true WHERE id = $1', [paused])
  const [one, two, three] = [await add('1.txt'), await add('2.txt'), await add('3.txt')]
  for (const store of [first, out, mirror, paused]) await agree(store)
  await change(one, `alt_text = 'A hat'`)
  await change(two, 'trashed_at = now()')
  const four = await add('4.txt')
  follow.changed([one, three], 'ann')
  follow.changed([two, one], 'bob')
  follow.changed([four], 'cy')
  await told()
  expect(singles.toSorted()).toEqual([
    'delete 2.txt 2 in a by bob, api',
    'delete 2.txt 2 in out by bob, api',
    'update 1.txt 2 in a by bob, api',
    'update 1.txt 2 in out by bob, api',
    'upload 4.txt 1 in a by cy, api',
    'upload 4.txt 1 in out by cy, api',
  ])
  expect(runs).toEqual([])
})

test('an asset that the filter of a store leaves out is no work there', async () => {
  const { follow, connect, add, change, agree, told, singles, runs } = await setUp()
  const some = await connect('some', { config: { prefixes: ['in/'] } })
  // What was agreed on before the filter was set, and is not released yet.
  const old = await add('out/old.txt')
  await agree(some)
  await change(old, `alt_text = 'A hat'`)
  follow.changed([await add('out/a.txt'), await add('in/b.txt'), old], 'ann')
  await told()
  expect([singles, runs]).toEqual([['upload in/b.txt 1 in some by ann, api'], []])
})

test('many changes at once are one run of each store, and so is a single one where a store is away', async () => {
  const { pool, follow, connect, add, told, singles, runs, open } = await setUp()
  const store = await connect('a')
  const ids = await Promise.all(Array.from({ length: 11 }, (_, index) => add(`${index}.txt`)))
  follow.changed(ids, 'ann')
  await told()
  expect([singles, runs]).toEqual([[], ['a by ann, api']])
  open.clear()
  await query(pool, `UPDATE syncwatch.stores SET state = 'unavailable'`)
  follow.changed(ids.slice(0, 1), 'bob')
  await told()
  expect([singles, runs]).toEqual([[], ['a by ann, api', 'a by bob, api']])
  open.clear()
  // Of ten it is still clear what becomes of each.
  await query(pool, `UPDATE syncwatch.stores SET state = 'idle'`)
  follow.changed(ids.slice(0, 10), 'cy')
  await told()
  expect(singles).toHaveLength(10)
  expect(open.has(store)).toBe(false)
})

test('a store that a person decided about runs through as a whole, whatever its mode; the others need not', async () => {
  const { follow, connect, add, told, singles, runs } = await setUp()
  await connect('a')
  const mirror = await connect('mirror', { mode: 'pull' })
  follow.changed([await add('1.txt')], 'ann', mirror)
  await told()
  expect([singles, runs]).toEqual([['upload 1.txt 1 in a by ann, api'], ['mirror by ann, api']])
})

test('a run that was under way already is waited for, and another follows it', async () => {
  const { clock, follow, connect, add, gathered, runs, open, begin } = await setUp()
  const store = await connect('a')
  const old = begin(store, new Date(0).toISOString())
  follow.changed([await add('1.txt')], 'ann', store)
  await gathered()
  await waitFor(() => clock.nextTimerIn === 500, { what: 'the wait for the run' })
  expect(runs).toEqual([])
  open.set(store, { ...old, status: 'completed' })
  await clock.advance(500)
  await waitFor(() => runs.length === 1, { what: 'the run that follows' })
  await follow.stop()
  expect(clock.pendingTimers).toBe(0)
})

test('what nobody told, because a process ended between the change and its telling, is found: at the start and by later looks', async () => {
  const { follow, connect, add, change, agree, told, looked, singles, runs, open } = await setUp()
  const store = await connect('a')
  const [one, two] = [await add('1.txt'), await add('2.txt')]
  await agree(store)
  await change(one, `alt_text = 'A hat'`)
  follow.start()
  await told()
  expect([singles, runs]).toEqual([[], ['a by library, scheduled']])
  open.clear()
  await agree(store)
  await change(two, `alt_text = 'A cap'`)
  await looked()
  const found = ['update 2.txt 2 in a by library, scheduled']
  expect(singles).toEqual(found)
  // As long as it is what it was, it is not told again, however often it is seen.
  await change(two, 'updated_at = now()')
  await looked()
  expect(singles).toEqual(found)
  await change(two, `alt_text = 'A hood'`)
  await looked()
  expect(singles).toEqual([...found, 'update 2.txt 3 in a by library, scheduled'])
  expect(runs).toHaveLength(1)
})

test('what is known to differ is not told again by a look; an edit of it is', async () => {
  const { pool, follow, connect, add, change, agree, told, singles, runs } = await setUp()
  const store = await connect('a')
  const one = await add('1.txt')
  await agree(store)
  await query(pool, `UPDATE syncwatch.media_replicas SET differs_since = now(), error_code = 'item_unwritable'`)
  await change(one, `alt_text = 'A hat'`)
  follow.start()
  await told()
  expect([singles, runs]).toEqual([[], []])
  follow.changed([one], 'ann')
  await told()
  expect(singles).toEqual(['update 1.txt 2 in a by ann, api'])
})

test('what a run brought into the library the other stores follow, once no run is under way', async () => {
  const { pool, follow, connect, add, agree, told, singles, runs } = await setUp()
  const [from] = [await connect('from'), await connect('to')]
  follow.start()
  await told()
  await query(pool, `UPDATE syncwatch.stores SET state = 'syncing' WHERE id = $1`, [from])
  await add('1.txt')
  await agree(from)
  follow.ran()
  await told()
  expect(singles).toEqual([])
  await query(pool, `UPDATE syncwatch.stores SET state = 'idle' WHERE id = $1`, [from])
  follow.ran()
  await told()
  expect([singles, runs]).toEqual([['upload 1.txt 1 in to by library, scheduled'], []])
})

test('what the sync of an asset left undone is for a run, unless it failed, waits for a person, or was edited since', async () => {
  const { pool, follow, connect, add, change, agree, told, runs } = await setUp()
  const store = await connect('a')
  const id = await add('1.txt')
  await agree(store)
  const synced = async (revision: number) => {
    await follow.assetSynced(store, { id, revision })
    await told()
    return runs.length
  }
  expect(await synced(1), 'settled').toBe(0)
  await change(id, `alt_text = 'A hat'`)
  expect(await synced(1), 'edited since').toBe(0)
  await query(pool, `UPDATE syncwatch.media_replicas SET differs_since = now(), error_code = 'item_unwritable'`)
  expect(await synced(2), 'failed').toBe(0)
  await query(pool, `UPDATE syncwatch.media_replicas SET error_code = 'held_back'`)
  await query(
    pool,
    `INSERT INTO syncwatch.media_conflicts (store_id, asset_id, key, rule, outcome) VALUES ($1, $2, '1.txt', 'R8', 'held')`,
    [store, id],
  )
  expect(await synced(2), 'a conflict').toBe(0)
  await query(pool, 'DELETE FROM syncwatch.media_conflicts')
  expect(await synced(2), 'held back').toBe(1)
})

test('the store shows what it has after assets were synced one by one', async () => {
  const { follow, catalog, connect, add, agree, told } = await setUp()
  const store = await connect('a')
  const id = await add('1.txt')
  await agree(store)
  await follow.assetSynced(store, { id, revision: 1 })
  await told()
  expect(await catalog.get(store)).toMatchObject({ asset_count: 1, total_bytes: 1 })
})

test('nothing is begun after it was stopped', async () => {
  const { clock, follow, connect, add, singles, runs } = await setUp()
  await connect('a')
  const id = await add('1.txt')
  follow.changed([id], 'ann')
  await waitFor(() => clock.pendingTimers > 0, { what: 'the gathering' })
  await follow.stop()
  follow.changed([id], 'ann')
  await clock.advance(10_000)
  expect([singles, runs, clock.pendingTimers]).toEqual([[], [], 0])
})
