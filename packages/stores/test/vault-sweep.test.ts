import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { sweepVault } from '@syncwatch/sync'
import { createTestDatabase, makeTempFolder } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { FolderVault } from '../src/vault-folder/index.ts'

const DAY = 24 * 3_600_000

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function setUp() {
  const [database, folder] = await Promise.all([createTestDatabase({ migrate: 'all' }), makeTempFolder('vault')])
  onTestFinished(async () => {
    await database.drop()
    await folder.remove()
  })
  const vault = await FolderVault.open({ root: folder.path, clock: systemClock(), random: systemRandom() })
  const pathOf = (sha256: string, place = join('content', sha256.slice(0, 2))) => join(folder.path, place, sha256)
  const age = async (sha256: string, place?: string) => {
    const time = new Date(Date.now() - 2 * DAY)
    await utimes(pathOf(sha256, place), time, time)
  }
  /** Content that has lain there for two days. */
  const put = async (text: string) => {
    const { sha256 } = await vault.put(bytes(text))
    await age(sha256)
    return sha256
  }
  const sweep = () => sweepVault({ pool: database.pool, vault, now: Date.now(), signal: new AbortController().signal })
  const refer = (sha256: string) =>
    query(database.pool, `INSERT INTO syncwatch.media_assets (key, sha256, size) VALUES ($1, $1, 1)`, [sha256])
  const aside = () => readdir(join(folder.path, 'aside'))
  return { database, vault, put, age, sweep, refer, aside }
}

test('what nothing refers to is set aside, and a day later gone with what was derived from it', async () => {
  const { vault, put, age, sweep, refer, aside } = await setUp()
  const [used, unused] = [await put('used'), await put('unused')]
  await vault.putDerivative(unused, '320.webp', Buffer.from('small'))
  await refer(used)
  expect(await sweep()).toMatchObject({ setAside: 1, destroyed: 0 })
  expect(await aside()).toEqual([unused])
  expect(await sweep(), 'not in one go, and not before a day has passed').toMatchObject({ setAside: 0, destroyed: 0 })
  await age(unused, 'aside')
  expect(await sweep()).toMatchObject({ destroyed: 1, destroyedBytes: 6 })
  expect([await vault.has(used), await vault.has(unused), await vault.readDerivative(unused, '320.webp')]).toEqual([
    true,
    false,
    null,
  ])
})

test('young content is left alone: its row may be about to be committed', async () => {
  const { vault, sweep } = await setUp()
  await vault.put(bytes('young'))
  expect(await sweep()).toMatchObject({ setAside: 0 })
})

test('content that somebody takes in while it is swept away is kept', async () => {
  const { vault, put, age, sweep, refer, aside } = await setUp()
  const taken = await put('taken')
  await vault.put(bytes('taken'))
  await sweep()
  expect(await aside()).toEqual([taken])
  // Whoever took it in commits now, without having noticed.
  await refer(taken)
  await age(taken, 'aside')
  expect(await sweep()).toMatchObject({ putBack: 1, destroyed: 0 })
  expect([await vault.has(taken, 5), await aside()]).toEqual([true, []])
})

test('content that is asked for comes back by itself, and counts as young', async () => {
  const { vault, put, sweep, aside } = await setUp()
  const asked = await put('asked')
  await sweep()
  let text = ''
  for await (const chunk of await vault.read(asked)) text += Buffer.from(chunk).toString()
  expect([text, await aside()]).toEqual(['asked', []])
  expect(await sweep()).toMatchObject({ setAside: 0 })
})

test.each([
  [
    'a version',
    `INSERT INTO syncwatch.media_asset_versions (asset_id, key, sha256, size, reason) SELECT id, 'k', $1, 1, 'replaced' FROM asset`,
  ],
  ['an asset in the trash', `UPDATE syncwatch.media_assets SET sha256 = $1, trashed_at = now()`],
  [
    'a side of a conflict',
    `INSERT INTO syncwatch.media_conflicts (key, rule, outcome, store_side) VALUES ('k', 'R8', 'held', jsonb_build_object('sha256', $1::text))`,
  ],
  [
    'a base',
    `INSERT INTO syncwatch.media_replicas (store_id, asset_id, remote_key, remote_version, remote_size, content_sha256)
     SELECT store.id, asset.id, 'k', 'v', 1, $1 FROM asset, store`,
  ],
])('%s keeps its content', async (_what, sql) => {
  const { database, put, sweep } = await setUp()
  const kept = await put('kept')
  await query(database.pool, `INSERT INTO syncwatch.media_assets (key, size) VALUES ('k', 1)`)
  await query(database.pool, `INSERT INTO syncwatch.stores (name, kind, location) VALUES ('s', 'folder', '/s')`)
  const rows = `WITH asset AS (SELECT id FROM syncwatch.media_assets), store AS (SELECT id FROM syncwatch.stores) `
  await query(database.pool, sql.startsWith('INSERT') ? rows + sql : sql, [kept])
  expect(await sweep()).toMatchObject({ setAside: 0 })
})
