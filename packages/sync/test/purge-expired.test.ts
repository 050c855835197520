import { query } from '@syncwatch/database'
import { expect, test } from 'vitest'
import { KEPT_DAYS } from '../src/index.ts'
import { purgeExpired } from '../src/upkeep/purge-expired.ts'
import { libraryUnderTest } from './support/library-under-test.ts'
import { streamOf } from './support/memory-vault.ts'

const DAY = 24 * 3_600_000

test('what is over goes when it is older than it is kept, and nothing else', async () => {
  const { database, editor } = await libraryUnderTest()
  const { asset } = await editor.create('a', streamOf('one'), { by: 'ann' })
  await editor.replaceContent(asset.id, streamOf('two'), { by: 'ann', revision: 1 })
  const gone = (await editor.create('b', streamOf('b'), { by: 'ann' })).asset
  await editor.delete({ assets: [{ id: gone.id, revision: 1 }], count: 1, force: false, by: 'ann' })
  await query(
    database.pool,
    `WITH store AS (INSERT INTO syncwatch.stores (name, kind, location) VALUES ('s', 'folder', '/s') RETURNING id),
     tombstone AS (
       INSERT INTO syncwatch.media_replicas (store_id, remote_key, remote_version, remote_size, state, tombstoned_at)
       SELECT id, 'k', 'v', 1, 'tombstone', now() FROM store),
     plans AS (
       INSERT INTO syncwatch.held_plans (store_id, gates, fingerprint, state, expires_at)
       SELECT store.id, '[]', state, state, now() + interval '1000 days' FROM store, unnest(ARRAY['done', 'pending']) AS state),
     conflicts AS (
       INSERT INTO syncwatch.media_conflicts (store_id, key, rule, outcome, state)
       SELECT store.id, 'k', 'R8', 'held', state FROM store, unnest(ARRAY['open', 'resolved', 'undone']) AS state)
     INSERT INTO syncwatch.store_runs (id, store_id, started_at, finished_at)
     SELECT gen_random_uuid(), id, now(), now() - n * interval '1 minute' FROM store, generate_series(1, 3) AS n`,
  )
  const at = (days: number) => purgeExpired(database.pool, KEPT_DAYS, Date.now() + days * DAY)
  const nothing = {
    media_assets: 0,
    media_asset_versions: 0,
    media_conflicts: 0,
    media_replicas: 0,
    held_plans: 0,
    store_runs: 0,
  }
  expect(await at(29)).toEqual(nothing)
  expect(await at(31), 'the last run of a store stays, and a plan that waits').toEqual({
    ...nothing,
    media_assets: 1,
    held_plans: 1,
    store_runs: 2,
  })
  expect(await at(89)).toEqual(nothing)
  expect(await at(91)).toEqual({ ...nothing, media_asset_versions: 1, media_conflicts: 2, media_replicas: 1 })
  expect(await editor.detail(asset.id)).toMatchObject({ size: 3 })
})
