import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { assetsTopic, MediaJobs, MediaLibrary, storesTopic } from '@syncwatch/sync'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { FolderStore } from '../src/folder/index.ts'
import { SharpInspector } from '../src/media/index.ts'
import { SyncHarness } from './support/sync-harness.ts'

const clock = systemClock()
const random = systemRandom()

function libraryOf(harness: SyncHarness): MediaLibrary {
  return new MediaLibrary({
    pool: harness.database.pool,
    vault: harness.vault,
    openStore: async (record) => new FolderStore({ root: record.location, clock, random, settleMs: 0 }),
  })
}

async function runMediaJobs(harness: SyncHarness): Promise<void> {
  const jobs = new MediaJobs({
    pool: harness.database.pool,
    library: libraryOf(harness),
    vault: harness.vault,
    inspector: new SharpInspector(),
    status: { remarkOnItems: async () => 0 },
    clock,
  })
  jobs.start()
  await jobs.drain()
  await jobs.stop()
}

async function bytes(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

function picture(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: '#4060a0' } })
}

test('content that the vault has lost a part of comes from the store that still has it', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('whole.txt', 'all of the text')
  await harness.sync()
  const library = libraryOf(harness)
  const asset = (await library.list()).items[0]
  const sha256 = asset?.sha256 ?? ''
  await truncate(join(harness.vaultRoot, 'content', sha256.slice(0, 2), sha256), 3)
  const content = await library.content(asset?.id ?? '')
  expect((await bytes(content.stream)).toString()).toBe('all of the text')
})

test.each(['full', 'reference'] as const)('images get dimensions and a thumbnail (%s)', async (content_mode) => {
  await using harness = await SyncHarness.make({ content_mode })
  // Orientation 6: stored lying, to be shown upright.
  await harness.write('turned.jpg', await picture(800, 400).jpeg().withMetadata({ orientation: 6 }).toBuffer())
  await harness.write('copy.jpg', await picture(800, 400).jpeg().withMetadata({ orientation: 6 }).toBuffer())
  await harness.write('small.png', await picture(20, 10).png().toBuffer())
  await harness.write('text.txt', 'no image')
  await harness.sync()
  await runMediaJobs(harness)
  const library = libraryOf(harness)
  const { items } = await library.list()
  expect(Object.fromEntries(items.map((row) => [row.key, [row.width, row.height, row.thumbnail]]))).toEqual({
    'turned.jpg': [400, 800, 'done'],
    'copy.jpg': [400, 800, 'done'],
    'small.png': [20, 10, 'done'],
    'text.txt': [null, null, 'none'],
  })
  const turned = items.find((row) => row.key === 'turned.jpg')
  const thumbnail = await sharp((await library.thumbnail(turned?.id ?? '')) ?? undefined).metadata()
  expect(thumbnail).toMatchObject({ format: 'webp', width: 160, height: 320 })
})

test('a broken image and one that claims to be enormous are recorded, and hold nothing up', async () => {
  await using harness = await SyncHarness.make()
  const good = await picture(40, 40).png().toBuffer()
  await harness.write('cut.png', good.subarray(0, 60))
  const bomb = Buffer.from(good)
  bomb.writeUInt32BE(60_000, 16)
  bomb.writeUInt32BE(60_000, 20)
  await harness.write('bomb.png', bomb)
  await harness.write('good.png', good)
  const run = await harness.sync()
  expect(run.outcome).toMatchObject({ status: 'completed' })
  await runMediaJobs(harness)
  const { items } = await libraryOf(harness).list()
  expect(Object.fromEntries(items.map((row) => [row.key, row.thumbnail]))).toEqual({
    'cut.png': 'failed',
    'bomb.png': 'failed',
    'good.png': 'done',
  })
  expect(
    await query(
      harness.database.pool,
      `SELECT DISTINCT error_code FROM syncwatch.media_derivatives WHERE state = 'failed'`,
    ),
  ).toEqual([{ error_code: 'media_unreadable' }])
})

test.each(['full', 'reference'] as const)('content is served whole and in ranges (%s)', async (content_mode) => {
  await using harness = await SyncHarness.make({ content_mode })
  await harness.write('a.txt', '0123456789')
  await harness.sync()
  const library = libraryOf(harness)
  const id = (await library.list()).items[0]?.id ?? ''
  expect((await bytes((await library.content(id)).stream)).toString()).toBe('0123456789')
  expect((await bytes((await library.content(id, { start: 3, end: 5 })).stream)).toString()).toBe('345')
  expect(await library.replicas(id)).toMatchObject([
    { store_name: 'photos', remote_key: 'a.txt', sync_state: 'in_sync' },
  ])
  if (content_mode === 'full') return
  await harness.write('a.txt', 'changed!', 10_000)
  await expect(library.content(id)).rejects.toMatchObject({ code: 'asset_changed' })
})

test('the list pages through every asset once, newest first, and finds by name', async () => {
  await using harness = await SyncHarness.make()
  for (let index = 0; index < 25; index++) await harness.write(`folder/${index}.txt`, `${index}`)
  await harness.sync()
  const library = libraryOf(harness)
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page = await library.list({ limit: 10, ...(cursor === null ? {} : { cursor }) })
    seen.push(...page.items.map((row) => row.key))
    cursor = page.next_cursor
  } while (cursor !== null)
  expect(new Set(seen).size).toBe(25)
  expect(seen).toHaveLength(25)
  expect((await library.list({ search: 'R/24.T' })).items.map((row) => row.name)).toEqual(['24.txt'])
  expect((await library.list({ folder: '' })).items).toEqual([])
  const [first] = (await library.list({ limit: 1 })).items
  expect(first).toMatchObject({ sync_state: 'in_sync', verified_at: expect.any(String) })
  await expect(library.list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  await expect(library.list({ limit: 0 })).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(library.get('nonsense')).rejects.toMatchObject({ code: 'asset_not_found' })
})

test('stores: made, listed, refused twice, removed; the library keeps what came from them', async () => {
  await using harness = await SyncHarness.make()
  const { catalog } = harness
  await harness.write('a.txt', 'a')
  await harness.sync()
  await expect(catalog.create({ name: 'other', kind: 'folder', location: harness.root })).rejects.toMatchObject({
    code: 'store_exists',
  })
  await expect(catalog.create({ name: 'photos', kind: 'folder', location: '/elsewhere' })).rejects.toMatchObject({
    code: 'store_exists',
  })
  await expect(catalog.create({ name: '', kind: 'folder', location: '/x' })).rejects.toMatchObject({
    code: 'invalid_input',
  })
  await expect(catalog.get('nonsense')).rejects.toMatchObject({ code: 'store_not_found' })
  expect((await catalog.list()).map((store) => store.name)).toEqual(['photos'])
  await catalog.remove(harness.storeId)
  expect(await catalog.list()).toEqual([])
  expect(await harness.keys()).toEqual(['a.txt'])
})

test('the topics give what is in view, then what changed and what went away', async () => {
  await using harness = await SyncHarness.make()
  const { pool } = harness.database
  const stores = storesTopic(pool)
  const assets = assetsTopic(pool)
  expect((await stores.read(null)).rows).toMatchObject([{ row: { id: harness.storeId, state: 'idle' } }])
  expect(await assets.read(null)).toEqual({ rows: [], removed: [] })
  const [horizon] = await query<{ xid: string }>(pool, 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid')
  const since = horizon?.xid ?? '0'
  await harness.write('a.txt', 'a')
  await harness.sync()
  expect((await stores.read(since)).rows).toMatchObject([{ row: { asset_count: 1 } }])
  const [asset] = (await assets.read(since)).rows
  expect(asset?.row).toMatchObject({ key: 'a.txt', sync_state: 'in_sync' })
  await query(pool, 'UPDATE syncwatch.media_assets SET trashed_at = now()')
  expect(await assets.read(since)).toMatchObject({ rows: [], removed: [{ id: asset?.row.id }] })
  await harness.catalog.remove(harness.storeId)
  expect(await stores.read(since)).toMatchObject({ rows: [], removed: [{ id: harness.storeId }] })
  // A node that begins now knows it too, for those who come back from another one.
  expect(await stores.read(null)).toMatchObject({ rows: [], removed: [{ id: harness.storeId }] })
  expect(await assets.read(null)).toMatchObject({ rows: [], removed: [{ id: asset?.row.id }] })
})
