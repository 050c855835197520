import { appendFile, mkdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { SyncwatchError, systemClock } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { OpenObject, Store } from '@syncwatch/sync'
import { waitFor } from '@syncwatch/testkit'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { RecordedRun } from './support/recorded-run.ts'
import { SyncHarness, sha256 } from './support/sync-harness.ts'
import { wrapStore, wrapVault } from './support/wrap-store.ts'

test('R20: 300 images are imported, and the library is the folder exactly', async () => {
  await using harness = await SyncHarness.make()
  const expected = new Map<string, string>()
  for (let index = 0; index < 300; index++) {
    const image = await sharp({
      create: { width: 12, height: 8, channels: 3, background: { r: index % 256, g: index >> 8, b: 7 } },
    })
      .png()
      .toBuffer()
    const key = `2024/${index % 7}/photo ${index}.png`
    await harness.write(key, image)
    expected.set(key, sha256(image))
  }
  const run = await harness.sync()
  expect(run.outcome).toMatchObject({ status: 'completed', peak_concurrency: 8 })
  const library = await harness.library()
  expect(new Map(library.map((row) => [row.key, row.sha256]))).toEqual(expected)
  expect(new Set(library.map((row) => row.mime_type))).toEqual(new Set(['image/png']))
  expect(new Set(await harness.vaultContents())).toEqual(new Set(expected.values()))
  expect(await harness.summary()).toMatchObject({ state: 'idle', asset_count: 300, differ_count: 0, failed_count: 0 })
  expect((await harness.summary()).verified_at).not.toBeNull()
  expect(run.reported.size).toBe(300)
  const phases = run.patches.flatMap((patch) => patch.phase ?? [])
  expect(phases).toEqual(['listing', 'comparing', 'syncing', 'finishing'])
  const last = Object.assign({}, ...run.patches)
  expect(last).toMatchObject({ total_items: 300, processed_items: 300, failed_items: 0 })
  expect(last.processed_bytes).toBe(last.total_bytes)
})

test('R1: a second run writes one row of the ledger and no asset, replica or item', async () => {
  await using harness = await SyncHarness.make()
  for (let index = 0; index < 50; index++) await harness.write(`${index}.txt`, `content ${index}`)
  await harness.sync()
  const before = await now(harness)
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect(run.reported.size).toBe(0)
  // `stores` is the summary that the panel shows.
  expect(await writtenSince(harness, before)).toEqual({ store_runs: 1, stores: 1 })
  expect(Object.assign({}, ...run.patches)).toMatchObject({ total_items: 50, processed_items: 50 })
})

test('R3: changed content is pulled and the old version stays reachable', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('a.txt', 'old')
  await harness.write('b.txt', 'same')
  await harness.sync()
  await harness.write('a.txt', 'new content', 30_000)
  const run = await harness.sync()
  expect([...run.reported.values()]).toMatchObject([{ item_key: 'a.txt', action: 'update', state: 'done' }])
  expect((await harness.library()).map(({ key, sha256: hash }) => [key, hash])).toEqual([
    ['a.txt', sha256('new content')],
    ['b.txt', sha256('same')],
  ])
  const versions = await query(harness.database.pool, 'SELECT key, sha256, reason FROM syncwatch.media_asset_versions')
  expect(versions).toEqual([{ key: 'a.txt', sha256: sha256('old'), reason: 'replaced' }])
  expect(await harness.vault.has(sha256('old'))).toBe(true)
})

test('R3: an asset that changed in the library while its file was read keeps what it has', async () => {
  let meanwhile = async () => {}
  await using harness = await SyncHarness.make({ wrapStore: (store) => slowReads(store, () => meanwhile()) })
  await harness.write('a.txt', 'old')
  await harness.sync()
  await harness.write('a.txt', 'from the store', 30_000)
  meanwhile = async () => {
    await query(harness.database.pool, 'UPDATE syncwatch.media_assets SET sha256 = $1', [sha256('from somebody else')])
  }
  const run = await harness.sync()
  expect([...run.reported.values()]).toMatchObject([
    { item_key: 'a.txt', state: 'skipped', error_code: 'asset_changed' },
  ])
  expect((await harness.library())[0]?.sha256).toBe(sha256('from somebody else'))
  expect(await harness.summary()).toMatchObject({ differ_count: 1 })
})

test('R1: a file that was only touched is not imported again, and not looked at twice', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('a.txt', 'same')
  await harness.sync()
  await utimes(join(harness.root, 'a.txt'), new Date(1_700_000_000_000), new Date(1_700_000_000_000))
  const run = await harness.sync()
  expect(run.reported.size).toBe(0)
  expect(run.outcome).toMatchObject({ status: 'completed', message: '1 file: nothing to do' })
  const [asset] = await query<{ revision: number }>(
    harness.database.pool,
    'SELECT revision FROM syncwatch.media_assets',
  )
  expect(asset?.revision).toBe(1)
  const before = await now(harness)
  await harness.sync()
  expect(await writtenSince(harness, before)).toEqual({ store_runs: 1, stores: 1 })
})

test('a large file shows that it moves before it is committed, and its bytes never go back', async () => {
  const system = systemClock()
  let later = 0
  await using harness = await SyncHarness.make({
    clock: {
      now: () => system.now(),
      monotonic: () => system.monotonic() + later,
      setTimeout: (callback, milliseconds) => system.setTimeout(callback, milliseconds),
    },
    wrapStore: (store) =>
      trickling(store, 8, () => {
        later += 150
      }),
  })
  await harness.write('film.bin', Buffer.alloc(8 * 262_144, 7))
  const run = await harness.sync()
  const bytes = run.patches.flatMap((patch) => patch.processed_bytes ?? [])
  expect(bytes.some((count) => count > 0 && count < 8 * 262_144)).toBe(true)
  expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
  expect(bytes.at(-1)).toBe(8 * 262_144)
})

test('an asset whose store differs says so, and its row is told to whoever watches', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('a.txt', 'a')
  await harness.sync()
  const revs = async () => {
    const rows = await query<{ rev: number; differs: boolean }>(
      harness.database.pool,
      `SELECT asset.rev, base.differs_since IS NOT NULL AS differs
       FROM syncwatch.media_assets asset JOIN syncwatch.media_replicas base ON base.asset_id = asset.id`,
    )
    return rows[0]
  }
  expect(await revs()).toEqual({ rev: 1, differs: false })
  await query(harness.database.pool, `UPDATE syncwatch.stores SET mode = 'pull'`)
  await query(harness.database.pool, `UPDATE syncwatch.media_assets SET sha256 = $1`, [sha256('b')])
  await harness.sync()
  expect(await revs()).toEqual({ rev: 3, differs: true })
  await harness.sync()
  expect(await revs()).toEqual({ rev: 3, differs: true })
  await query(harness.database.pool, `UPDATE syncwatch.media_assets SET sha256 = $1`, [sha256('a')])
  await harness.sync()
  expect(await revs()).toEqual({ rev: 5, differs: false })
})

test('R21: an asset that the library has already is adopted without a second one', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('a.txt', 'content')
  await harness.sync()
  await query(harness.database.pool, 'DELETE FROM syncwatch.media_replicas')
  const run = await harness.sync()
  expect([...run.reported.values()]).toMatchObject([{ item_key: 'a.txt', action: 'verify', state: 'done' }])
  expect(await harness.keys()).toEqual(['a.txt'])
  expect((await harness.summary()).differ_count).toBe(0)
})

test('R21: killed between the vault and the commit, the next attempt makes no duplicate', async () => {
  await using harness = await SyncHarness.make()
  for (let index = 0; index < 20; index++) await harness.write(`${index}.txt`, `content ${index}`)
  const first = await RecordedRun.start(harness.database.pool)
  // The bytes are in the vault, the transaction is not committed, and the process is gone.
  first.beforeCommit = async () => {
    throw Object.assign(new Error('killed'), { name: 'Killed' })
  }
  await harness.service.performFullSync(harness.storeId, first).catch(() => undefined)
  expect(await harness.keys()).toEqual([])
  expect((await harness.vaultContents()).length).toBeGreaterThan(0)
  const second = await RecordedRun.start(harness.database.pool, first)
  await harness.service.performFullSync(harness.storeId, second)
  expect(await harness.keys()).toHaveLength(20)
  expect(await harness.vaultContents()).toHaveLength(20)
  expect(await runTables(harness)).toEqual([])
})

test('an attempt that was overtaken commits nothing and leaves the operation to its successor', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('a.txt', 'content')
  const first = await RecordedRun.start(harness.database.pool)
  await RecordedRun.start(harness.database.pool, first)
  await expect(harness.service.performFullSync(harness.storeId, first)).rejects.toMatchObject({ code: 'fenced' })
  expect(first.outcome).toBeUndefined()
  expect(await harness.keys()).toEqual([])
})

test('R5: a file that was deleted in the store goes to the trash of the library', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('a.txt', 'a')
  await harness.write('b.txt', 'b')
  await harness.sync()
  await rm(join(harness.root, 'a.txt'))
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect([...run.reported.values()]).toMatchObject([{ item_key: 'a.txt', action: 'delete', state: 'done' }])
  expect(run.events).toEqual([])
  expect(await harness.keys()).toEqual(['b.txt'])
  expect(await harness.trash()).toMatchObject([{ key: 'a.txt', sha256: sha256('a') }])
  expect((await harness.sync()).reported.size).toBe(0)
})

test('a folder that is missing fails clearly, deletes nothing, and is taken up again when it is back', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('a.txt', 'a')
  await harness.sync()
  await rename(harness.root, `${harness.root}.away`)
  const run = await harness.sync()
  expect(run.outcome).toMatchObject({ status: 'failed', error_details: { code: 'store_unavailable' } })
  expect(run.outcome?.message).toContain(harness.root)
  expect(await harness.summary()).toMatchObject({ state: 'unavailable', last_error: { code: 'store_unavailable' } })
  expect(await harness.keys()).toEqual(['a.txt'])
  await rename(`${harness.root}.away`, harness.root)
  expect((await harness.sync()).outcome).toMatchObject({ status: 'completed' })
  expect(await harness.summary()).toMatchObject({ state: 'idle', last_error: null, differ_count: 0 })
})

test('a folder that vanishes in the middle of a run fails it clearly, and the next run goes on', async () => {
  let reads = 0
  let gone: Promise<void> | undefined
  const vanish = async () => {
    // What is not committed by then is not: nobody says whose it would be.
    await waitFor(async () => (await harness.keys()).length > 0, { what: 'the first commit' })
    await rename(harness.root, `${harness.root}.away`)
  }
  await using harness = await SyncHarness.make({
    wrapStore: (store) =>
      wrapStore(store, {
        read: async (key, options) => {
          reads += 1
          if (reads >= 50) {
            gone ??= vanish()
            await gone
          }
          return store.read(key, options)
        },
      }),
  })
  for (let index = 0; index < 200; index++) await harness.write(`${index}.txt`, `content ${index}`)
  const run = await harness.sync()
  expect(run.outcome).toMatchObject({ status: 'failed', error_details: { code: 'store_unavailable' } })
  const imported = (await harness.keys()).length
  expect(imported).toBeGreaterThan(0)
  expect(imported).toBeLessThan(60)
  expect([...run.reported.values()].every((item) => item.state === 'done')).toBe(true)
  await rename(`${harness.root}.away`, harness.root)
  expect((await harness.sync()).outcome).toMatchObject({ status: 'completed' })
  expect(await harness.keys()).toHaveLength(200)
})

test('gate 9: an unmounted folder is empty and not the store; the run fails and deletes nothing', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('a.txt', 'a')
  await harness.sync()
  await rename(harness.root, `${harness.root}.away`)
  await mkdir(harness.root)
  const run = await harness.sync()
  expect(run.outcome).toMatchObject({ status: 'failed', error_details: { code: 'store_unavailable' } })
  expect(await harness.summary()).toMatchObject({ differ_count: 0 })
  expect(await harness.keys()).toEqual(['a.txt'])
})

test('gate 9: another store at the same place is refused', async () => {
  await using harness = await SyncHarness.make()
  await using other = await SyncHarness.make()
  await harness.sync()
  await other.sync()
  await rm(harness.root, { recursive: true })
  await rename(other.root, harness.root)
  const run = await harness.sync()
  expect(run.outcome).toMatchObject({ status: 'failed', error_details: { code: 'store_replaced' } })
})

test('the marker may be lost: at the same place it is put back', async () => {
  await using harness = await SyncHarness.make()
  await harness.sync()
  await rm(join(harness.root, '.syncwatch-store.json'))
  expect((await harness.sync()).outcome).toMatchObject({ status: 'completed' })
  await rename(harness.root, `${harness.root}.moved`)
  await mkdir(harness.root)
  expect((await harness.sync()).outcome).toMatchObject({ status: 'failed' })
})

test('cancel stops within a second and keeps what was imported', async () => {
  // The first files are read at once, so that there is something to commit; the others take until the run is cancelled.
  const cancelled = Promise.withResolvers<void>()
  let reads = 0
  await using harness = await SyncHarness.make({
    wrapStore: (store) =>
      slowReads(store, async () => {
        reads += 1
        if (reads > 20) await cancelled.promise
      }),
  })
  for (let index = 0; index < 400; index++) await harness.write(`${index}.txt`, `content ${index}`)
  let cancelledAt = 0
  const run = await harness.sync((started) => {
    started.beforeCommit = async () => {
      if (cancelledAt !== 0) return
      cancelledAt = performance.now()
      started.cancel()
      cancelled.resolve()
    }
  })
  expect(performance.now() - cancelledAt).toBeLessThan(1000)
  expect(run.outcome?.status).toBe('cancelled')
  const imported = (await harness.keys()).length
  expect(imported).toBeGreaterThan(0)
  expect(imported).toBeLessThan(400)
  expect(await harness.summary()).toMatchObject({ state: 'idle' })
  expect((await harness.sync()).outcome?.status).toBe('completed')
  expect(await harness.keys()).toHaveLength(400)
}, 60_000)

test('a full disk ends the run in one sentence, and the next run goes on', async () => {
  let full = true
  await using harness = await SyncHarness.make({
    wrapVault: (vault) =>
      wrapVault(vault, {
        put: async (stream, options) => {
          if (full) throw new SyncwatchError('disk_full', 'The disk is full.')
          return vault.put(stream, options)
        },
        freeBytes: async () => (full ? 100 * 1024 * 1024 : 1e15),
      }),
  })
  await harness.write('a.txt', 'a')
  expect((await harness.sync()).outcome).toMatchObject({ status: 'failed', error_details: { code: 'disk_full' } })
  full = false
  expect((await harness.sync()).outcome).toMatchObject({ status: 'completed' })
})

test('a run that would fill the disk refuses before it begins, and says so in units that people read', async () => {
  await using harness = await SyncHarness.make({
    wrapVault: (vault) => wrapVault(vault, { freeBytes: async () => 50_000_000 }),
  })
  await harness.write('a.txt', 'a'.repeat(1_234_567))
  const { outcome } = await harness.sync()
  expect(outcome).toMatchObject({
    status: 'failed',
    message:
      "Up to 1.2 MB are to be copied and 64.0 MB to be left free, but only 50.0 MB are free on the vault's disk. Free some space.",
    error_details: { code: 'disk_full', needed: 1_234_567, free: 50_000_000, headroom: 64_000_000 },
  })
  expect(await harness.vaultContents()).toEqual([])
})

test('reference mode keeps hash and facts, and no bytes', async () => {
  await using harness = await SyncHarness.make({ content_mode: 'reference' })
  await harness.write('a.txt', 'content')
  await harness.sync()
  expect(await harness.library()).toMatchObject([{ key: 'a.txt', sha256: sha256('content'), size: 7 }])
  expect(await harness.vaultContents()).toEqual([])
  const before = await now(harness)
  await harness.sync()
  expect(await writtenSince(harness, before)).toEqual({ store_runs: 1, stores: 1 })
})

test('what the library has no bytes of is said so, and a mirror in leaves it alone', async () => {
  await using harness = await SyncHarness.make()
  await query(
    harness.database.pool,
    `INSERT INTO syncwatch.media_assets (key, sha256, size) VALUES ('library only.txt', $1, 1)`,
    [sha256('x')],
  )
  const run = await harness.sync()
  expect([...run.reported.values()]).toMatchObject([
    { item_key: 'library only.txt', state: 'failed', error_code: 'not_found' },
  ])
  await query(harness.database.pool, `UPDATE syncwatch.stores SET mode = 'pull'`)
  expect((await harness.sync()).reported.size).toBe(0)
})

test('a file that changes while it is read is passed over, and taken by the next run', async () => {
  let grow = true
  await using harness = await SyncHarness.make({
    wrapStore: (store) =>
      slowReads(store, async (key) => {
        if (grow && key === 'growing.txt') await appendFile(join(harness.root, key), 'more')
      }),
  })
  await harness.write('growing.txt', 'begin ')
  await harness.write('other.txt', 'other')
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect(run.reported.get('growing.txt')).toMatchObject({ state: 'skipped', error_code: 'item_changing' })
  expect(await harness.keys()).toEqual(['other.txt'])
  grow = false
  await harness.sync()
  expect((await harness.library())[0]).toMatchObject({ key: 'growing.txt', sha256: sha256('begin more') })
})

test('a file that vanishes between the listing and the reading is passed over', async () => {
  await using harness = await SyncHarness.make({
    wrapStore: (store) =>
      wrapStore(store, {
        read: async (key, options) => {
          if (key === 'gone.txt') await rm(join(harness.root, key))
          return store.read(key, options)
        },
      }),
  })
  await harness.write('gone.txt', 'gone')
  await harness.write('stays.txt', 'stays')
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect(run.reported.get('gone.txt')).toMatchObject({ state: 'skipped', error_code: 'item_not_found' })
  expect(await harness.keys()).toEqual(['stays.txt'])
})

test('R24: what an incomplete listing did not show is not concluded from', async () => {
  let hide = false
  await using harness = await SyncHarness.make({
    wrapStore: (store) =>
      wrapStore(store, {
        list: async function* (options) {
          for await (const page of store.list(options))
            yield hide ? { ...page, objects: page.objects.filter(({ key }) => key !== 'a.txt'), complete: false } : page
        },
      }),
  })
  await harness.write('a.txt', 'a')
  await harness.sync()
  const verified = (await harness.summary()).verified_at
  hide = true
  await harness.write('b.txt', 'b')
  const run = await harness.sync()
  expect([...run.reported.keys()]).toEqual(['b.txt'])
  expect((await harness.summary()).verified_at).toBe(verified)
})

/** Does something between opening a file and its end. */
function slowReads(store: Store, meanwhile: (key: string) => Promise<void>): Store {
  return wrapStore(store, {
    read: async (key, options): Promise<OpenObject> => {
      const open = await store.read(key, options)
      async function* stream() {
        await meanwhile(key)
        yield* open.stream
      }
      return { object: open.object, stream: stream(), close: () => open.close() }
    },
  })
}

/** Gives the content of a file in parts, with a pause after each. */
function trickling(store: Store, parts: number, pause: () => void): Store {
  return wrapStore(store, {
    read: async (key, options): Promise<OpenObject> => {
      const open = await store.read(key, options)
      async function* stream() {
        let given = 0
        for await (const chunk of open.stream) {
          yield chunk
          if (++given < parts) pause()
        }
      }
      return { object: open.object, stream: stream(), close: () => open.close() }
    },
  })
}

/** A place in the database's history. */
async function now(harness: SyncHarness): Promise<string> {
  const [row] = await query<{ xid: string }>(harness.database.pool, 'SELECT pg_current_xact_id()::text AS xid')
  return row?.xid ?? ''
}

/** Rows of each media table that were written since, by the transaction that every row names; tables without one are left out. */
async function writtenSince(harness: SyncHarness, xid: string): Promise<Record<string, number>> {
  const tables = [
    'media_assets',
    'media_replicas',
    'media_asset_versions',
    'media_derivatives',
    'store_runs',
    'stores',
    'removals',
  ]
  const counts: [string, number][] = []
  for (const table of tables) {
    const [row] = await query<{ count: number }>(
      harness.database.pool,
      `SELECT count(*) FROM syncwatch.${table} WHERE xmin::text::bigint >= $1::bigint`,
      [xid],
    )
    counts.push([table, row?.count ?? 0])
  }
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

async function runTables(harness: SyncHarness): Promise<unknown[]> {
  return query(
    harness.database.pool,
    `SELECT relname FROM pg_class WHERE relnamespace = 'syncwatch'::regnamespace AND relname LIKE 'run\\_%' AND relkind = 'r'`,
  )
}
