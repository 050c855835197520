import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OperationId, OperationRow, StoreId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { StoreCatalog } from '@syncwatch/sync'
import { createTestDatabase, makeTempFolder, type TempFolder, type TestDatabase, waitFor } from '@syncwatch/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GatedReads } from './support/gated-reads.ts'
import { type SyncNode, startSyncNode } from './support/sync-node.ts'

// What becomes of an edit in the library: it comes to each store by itself, beside whatever else is going on there.

let database: TestDatabase
let temp: TempFolder
let nodes: SyncNode[]

beforeEach(async () => {
  database = await createTestDatabase()
  temp = await makeTempFolder('assets')
  nodes = []
})

afterEach(async () => {
  for (const node of nodes) await node.stop()
  await database.drop()
  await temp.remove()
})

async function node(reads = new GatedReads(), concurrency = 2): Promise<SyncNode> {
  const started = await startSyncNode({ url: database.url, vaultRoot: join(temp.path, 'vault'), reads, concurrency })
  nodes.push(started)
  return started
}

async function connect(name: string): Promise<StoreId> {
  const location = join(temp.path, name)
  await mkdir(location, { recursive: true })
  return (await new StoreCatalog(database.pool).create({ name, kind: 'folder', location })).id
}

async function place(key: string, content: string): Promise<void> {
  const path = join(temp.path, key)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
  const time = new Date(Date.now() - 60_000)
  await utimes(path, time, time)
}

async function files(store: string): Promise<string[]> {
  const found = await readdir(join(temp.path, store))
  return found.filter((name) => !name.startsWith('.syncwatch')).sort()
}

/** As a person edits; nobody is told of it by this. */
async function edit(key: string, to: string): Promise<string> {
  const [row] = await query<{ id: string }>(
    database.pool,
    `UPDATE syncwatch.media_assets SET ${to} WHERE key = $1 AND trashed_at IS NULL RETURNING id`,
    [key],
  )
  if (row === undefined) throw new Error(`no asset ${key}`)
  return row.id
}

/** Operations in the order of their making. */
async function operations(): Promise<OperationRow[]> {
  return query<OperationRow & Record<string, unknown>>(database.pool, 'SELECT * FROM sync_operations ORDER BY id')
}

async function ended(id: OperationId): Promise<OperationRow> {
  const row = async () => (await operations()).find((operation) => operation.id === id)
  await waitFor(async () => (await row())?.end_time !== null, { what: 'the operation to end', timeoutMs: 20_000 })
  return (await row()) as OperationRow
}

const singles = async () => (await operations()).filter(({ operation_type }) => operation_type !== 'full_sync')

/** Until so many single assets were synced and nothing waits. */
async function synced(count: number): Promise<OperationRow[]> {
  await waitFor(
    async () => {
      const rows = await singles()
      return rows.length >= count && rows.every(({ end_time }) => end_time !== null)
    },
    { what: `${count} assets to be synced`, timeoutMs: 20_000 },
  )
  return singles()
}

test('an edit comes to the store by itself while a full run of it is under way', async () => {
  const store = await connect('photos')
  await place('photos/a.txt', 'one')
  const reads = new GatedReads()
  const { jobs, follow, status } = await node(reads)
  await ended(await jobs.enqueueSync(store))
  await place('photos/b.txt', 'two')
  reads.close()
  const run = await jobs.enqueueSync(store)
  await reads.waiting()
  follow.changed([await edit('a.txt', `key = 'renamed.txt'`)], 'ann')
  const [single] = await synced(1)
  expect(single).toMatchObject({
    operation_type: 'update',
    operation_data: { key: 'renamed.txt' },
    store_id: store,
    status: 'completed',
    message: 'renamed.txt: renamed',
    triggered_by: 'ann',
    source: 'api',
    progress: 100,
    total_items: 1,
    processed_items: 1,
  })
  expect((await status.listItems(single?.id ?? '')).items).toMatchObject([
    { item_key: 'a.txt', action: 'rename', state: 'done' },
  ])
  expect(await files('photos')).toEqual(['b.txt', 'renamed.txt'])
  expect((await status.getOperation(run)).status).toBe('in_progress')
  reads.open()
  expect(await ended(run)).toMatchObject({ status: 'completed', failed_items: 0 })
  expect(await files('photos')).toEqual(['b.txt', 'renamed.txt'])
}, 60_000)

test('a delete and a new asset are named as what they are, and edits of one asset that wait are one operation', async () => {
  const store = await connect('photos')
  await place('photos/a.txt', 'one')
  await place('photos/b.txt', 'two')
  const working = await node()
  await ended(await working.jobs.enqueueSync(store))
  await working.stop()
  nodes = []
  // Nobody works: what is asked for waits.
  const asking = await node(new GatedReads(), 0)
  const id = await edit('a.txt', `alt_text = 'A hat'`)
  const asked = (revision: number) =>
    asking.jobs.enqueueAsset(store, { id, key: 'a.txt', revision, change: 'update' }, { triggered_by: 'ann' })
  expect(await asked(2)).not.toBe(null)
  await edit('a.txt', `alt_text = 'A cap'`)
  expect(await asked(3)).toBe(null)
  asking.follow.changed([await edit('b.txt', 'trashed_at = now()')], 'ann')
  await waitFor(async () => (await singles()).length === 2, { what: 'the delete' })
  await node()
  expect(await synced(2)).toMatchObject([
    { operation_type: 'update', message: 'a.txt: described anew' },
    { operation_type: 'delete', message: 'b.txt: deleted' },
  ])
  expect(await files('photos')).toEqual(['a.txt', 'a.txt.xmp'])
  expect(await readFile(join(temp.path, 'photos/a.txt.xmp'), 'utf8')).toContain('A cap')
}, 60_000)

test('an edit whose process ended before it could tell of it is found by another node', async () => {
  const store = await connect('photos')
  await place('photos/a.txt', 'one')
  const first = await node()
  await ended(await first.jobs.enqueueSync(store))
  await edit('a.txt', `key = 'renamed.txt'`)
  await first.stop()
  nodes = []
  const second = await node()
  second.follow.start()
  await waitFor(async () => (await files('photos'))[0] === 'renamed.txt', { what: 'the file to follow' })
  await waitFor(async () => (await operations()).every(({ end_time }) => end_time !== null), { what: 'the end' })
  expect(await operations()).toMatchObject([{}, { triggered_by: 'library', source: 'scheduled', status: 'completed' }])
}, 60_000)

test('what came into the library from one store goes on to the others by itself', async () => {
  const [from, to] = [await connect('from'), await connect('to')]
  const { jobs, follow } = await node()
  await ended(await jobs.enqueueSync(to))
  follow.start()
  // What the first look through the whole library finds is a run's.
  await waitFor(() => follow.isAtRest, { what: 'the first look' })
  await place('from/a.txt', 'one')
  await ended(await jobs.enqueueSync(from))
  await waitFor(async () => (await files('to')).join() === 'a.txt', { what: 'the copy' })
  await place('from/a.txt', 'changed')
  await ended(await jobs.enqueueSync(from))
  const path = join(temp.path, 'to/a.txt')
  await waitFor(async () => (await readFile(path, 'utf8')) === 'changed', { what: 'the change' })
  expect((await synced(2)).map(({ operation_type, store_id }) => [operation_type, store_id])).toEqual([
    ['upload', to],
    ['update', to],
  ])
}, 60_000)

test('what is missing in the store is not concluded from by itself: a run of the store settles it', async () => {
  const store = await connect('photos')
  await place('photos/a.txt', 'one')
  const { jobs, follow } = await node()
  await ended(await jobs.enqueueSync(store))
  follow.start()
  await rm(join(temp.path, 'photos/a.txt'))
  follow.changed([await edit('a.txt', `alt_text = 'A hat'`)], 'ann')
  await synced(1)
  await waitFor(async () => (await files('photos')).includes('a.txt'), { what: 'the edit to beat the delete' })
  const runs = (await operations()).filter(({ operation_type }) => operation_type === 'full_sync')
  expect(runs).toMatchObject([{}, { triggered_by: 'library' }])
}, 60_000)

test('a sync that is asked for during a verification is an operation of its own, which waits for its turn', async () => {
  const store = await connect('photos')
  await place('photos/a.txt', 'one')
  const reads = new GatedReads()
  const { jobs, status } = await node(reads)
  await ended(await jobs.enqueueSync(store))
  await place('photos/b.txt', 'two')
  reads.close()
  const verify = await jobs.enqueueVerify(store, { content: 'full' })
  await reads.waiting()
  const sync = await jobs.enqueueSync(store, { triggered_by: 'ann' })
  expect(sync).not.toBe(verify)
  expect(await jobs.enqueueSync(store)).toBe(sync)
  await expect(jobs.enqueueVerify(store)).rejects.toMatchObject({ code: 'store_busy' })
  expect((await status.getOperation(sync)).status).toBe('pending')
  reads.open()
  expect(await ended(sync)).toMatchObject({ status: 'completed', message: '2 files: 1 imported, 1 unchanged' })
  const [first, second] = [await status.getOperation(verify), await status.getOperation(sync)]
  expect(Date.parse(first.end_time ?? '')).toBeLessThanOrEqual(Date.parse(second.start_time ?? ''))
}, 60_000)

test('a store that is verified is not verified twice at once, and not while it is synced', async () => {
  const store = await connect('photos')
  await place('photos/a.txt', 'one')
  const reads = new GatedReads().close()
  const { jobs } = await node(reads)
  const run = await jobs.enqueueSync(store)
  await reads.waiting()
  await expect(jobs.enqueueVerify(store)).rejects.toMatchObject({ code: 'store_busy' })
  reads.open()
  await ended(run)
}, 60_000)
