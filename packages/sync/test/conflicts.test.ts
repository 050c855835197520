import type { AssetId, ErrorCode, StoreId } from '@syncwatch/core'
import { query, transaction } from '@syncwatch/database'
import { expect, test } from 'vitest'
import { markApplied, readDecisions } from '../src/conflicts/decisions.ts'
import { type FoundConflict, recordConflict } from '../src/conflicts/record-conflict.ts'
import { Conflicts } from '../src/index.ts'
import { NO_METADATA } from '../src/ports/asset-metadata.ts'
import { libraryUnderTest } from './support/library-under-test.ts'
import { streamOf } from './support/memory-vault.ts'

const failing = (code: ErrorCode) => expect.objectContaining({ code })

/** An asset that both sides changed: "ours" in the library, "theirs" in the store. */
async function setUp() {
  const library = await libraryUnderTest()
  const { database, editor, vault, context } = library
  const [store] = await query<{ id: StoreId }>(
    database.pool,
    `INSERT INTO syncwatch.stores (name, kind, location) VALUES ('photos', 'folder', '/photos') RETURNING id`,
  )
  const storeId = (store as { id: StoreId }).id
  const { asset } = await editor.create('a.jpg', streamOf('ours'), { by: 'ann' })
  const theirs = await vault.put(streamOf('theirs!'))
  const side = { key: 'a.jpg', mime_type: 'image/jpeg', modified_at: '2026-01-01T00:00:00.000Z', metadata: NO_METADATA }
  const found = (more: Partial<FoundConflict>): FoundConflict => ({
    storeId,
    operationId: null,
    assetId: asset.id,
    copyAssetId: null,
    key: 'a.jpg',
    rule: 'R8',
    outcome: 'held',
    library: { ...side, sha256: asset.sha256, size: 4, version: null, revision: asset.revision },
    store: { ...side, ...theirs, version: 'v2', revision: null },
    ...more,
  })
  const record = (more: Partial<FoundConflict> = {}) =>
    transaction(database.pool, (client) => recordConflict(client, found(more)))
  /** Both kept, as the engine does it. */
  const recordBoth = async () => {
    const copy = (await editor.create('a.conflict-photos-1.jpg', streamOf('theirs!'), { by: 'engine' })).asset
    return { copy, id: await record({ outcome: 'keep-both', copyAssetId: copy.id }) }
  }
  return { ...library, conflicts: new Conflicts(context), storeId, asset, theirs, record, recordBoth }
}

test('a conflict that is found again is the same one; it is listed with both sides', async () => {
  const { conflicts, record, asset, theirs, storeId } = await setUp()
  const id = await record()
  expect(await record()).toBe(id)
  const { items } = await conflicts.list({ state: ['open'], storeId: [storeId] })
  expect(items).toMatchObject([
    {
      id,
      store_name: 'photos',
      outcome: 'held',
      library_side: { sha256: asset.sha256, revision: 1 },
      store_side: { sha256: theirs.sha256, version: 'v2' },
    },
  ])
  expect(await conflicts.open()).toBe(1)
  expect((await conflicts.list({ state: ['resolved'] })).items).toEqual([])
})

test('what a person decides about a held one waits for the run, for exactly what was seen', async () => {
  const { conflicts, record, asset, storeId, database, told } = await setUp()
  const id = await record()
  told.length = 0
  expect(await conflicts.resolve(id, { resolution: 'store', by: 'ann' })).toMatchObject({
    state: 'resolved',
    resolution: 'store',
    resolved_by: 'ann',
    applied_at: null,
  })
  expect(told).toEqual([asset.id])
  const decisions = await readDecisions(database.pool, storeId, [asset.id])
  expect(decisions.get(asset.id)).toMatchObject({
    conflictId: id,
    policy: 'store',
    libraryRevision: 1,
    storeVersion: 'v2',
  })
  expect(await record(), 'the same evidence again is not a new conflict').toBe(id)
  expect(await conflicts.open()).toBe(0)
  const other = await record({ store: { ...(await conflicts.get(id)).store_side, version: 'v3' } as never })
  expect(other, 'another version in the store is').not.toBe(id)
  expect(await conflicts.get(id), 'and the decision holds no more').toMatchObject({ state: 'undone' })
  expect((await readDecisions(database.pool, storeId, [asset.id])).size).toBe(0)
})

test('a decision that a run carried out is handed out no more', async () => {
  const { conflicts, record, asset, storeId, database } = await setUp()
  const id = await record()
  await conflicts.resolve(id, { resolution: 'library', by: 'ann' })
  await markApplied(database.pool, [{ conflictId: id, copyAssetId: null }])
  expect((await readDecisions(database.pool, storeId, [asset.id])).size).toBe(0)
  expect(await conflicts.get(id)).toMatchObject({ state: 'resolved', applied_at: expect.any(String) })
})

test('a decision that no run carried out yet is taken back by undo', async () => {
  const { conflicts, record, asset, storeId, database } = await setUp()
  const id = await record()
  await expect(conflicts.undo(id, 'ann')).rejects.toEqual(failing('conflict_decided'))
  await conflicts.resolve(id, { resolution: 'both', by: 'ann' })
  await expect(conflicts.resolve(id, { resolution: 'store', by: 'bob' })).rejects.toEqual(failing('conflict_decided'))
  expect(await conflicts.undo(id, 'ann')).toMatchObject({ state: 'open', resolution: null })
  expect((await readDecisions(database.pool, storeId, [asset.id])).size).toBe(0)
})

test('of both that were kept the library is chosen: the copy goes to the trash, and undo brings it back', async () => {
  const { conflicts, editor, asset, recordBoth, told } = await setUp()
  const { id, copy } = await recordBoth()
  told.length = 0
  expect(await conflicts.resolve(id, { resolution: 'library', by: 'ann' })).toMatchObject({ state: 'resolved' })
  expect(await editor.detail(copy.id)).toMatchObject({ trashed_by: 'ann', trash_reason: 'conflict' })
  expect(await editor.detail(asset.id)).toMatchObject({ sha256: asset.sha256, revision: 1 })
  expect(told).toEqual([asset.id, copy.id])
  expect(await conflicts.undo(id, 'ann')).toMatchObject({ state: 'open' })
  expect(await editor.detail(copy.id)).toMatchObject({ trashed_at: null, key: 'a.conflict-photos-1.jpg' })
})

test('of both that were kept the store is chosen: its content takes the key, and undo takes it back', async () => {
  const { conflicts, editor, asset, theirs, recordBoth } = await setUp()
  const { id, copy } = await recordBoth()
  await conflicts.resolve(id, { resolution: 'store', by: 'ann' })
  expect(await editor.detail(asset.id)).toMatchObject({ sha256: theirs.sha256, size: 7, revision: 2 })
  expect(await editor.detail(copy.id)).toMatchObject({ trash_reason: 'conflict' })
  expect(await editor.versions(asset.id)).toMatchObject([{ sha256: asset.sha256, reason: 'conflict' }])
  await conflicts.undo(id, 'ann')
  expect(await editor.detail(asset.id)).toMatchObject({ sha256: asset.sha256, size: 4, revision: 3 })
  expect(await editor.detail(copy.id)).toMatchObject({ trashed_at: null })
})

test('undo does not overwrite what was changed since', async () => {
  const { conflicts, editor, asset, recordBoth, record } = await setUp()
  const { id } = await recordBoth()
  await conflicts.resolve(id, { resolution: 'store', by: 'ann' })
  await editor.replaceContent(asset.id, streamOf('newer'), { by: 'bob', revision: 2 })
  await expect(conflicts.undo(id, 'ann')).rejects.toEqual(failing('revision_stale'))
  expect(await conflicts.get(id), 'nothing of it is done').toMatchObject({ state: 'resolved' })
  const policy = await record({ outcome: 'library' })
  await expect(conflicts.undo(policy, 'ann')).rejects.toEqual(failing('revision_stale'))
})

test('what a policy decided is undone: the side that lost takes the key', async () => {
  const { conflicts, editor, asset, theirs, record } = await setUp()
  const id = await record({ outcome: 'library' })
  expect(await conflicts.get(id)).toMatchObject({
    state: 'resolved',
    resolution: 'library',
    resolved_by: 'policy:library',
  })
  expect(await conflicts.undo(id, 'ann')).toMatchObject({ state: 'undone' })
  expect(await editor.detail(asset.id)).toMatchObject({ sha256: theirs.sha256 })
  expect(await editor.versions(asset.id)).toMatchObject([{ sha256: asset.sha256, reason: 'undo' }])
  await expect(conflicts.undo(id, 'ann')).rejects.toEqual(failing('conflict_decided'))
})

test('a delete that a policy let win is undone out of the trash', async () => {
  const { conflicts, editor, asset, record } = await setUp()
  const id = await record({ outcome: 'store', rule: 'R9', store: null })
  await editor.delete({ assets: [{ id: asset.id, revision: 1 }], count: 1, force: false, by: 'engine' })
  await conflicts.undo(id, 'ann')
  expect(await editor.detail(asset.id)).toMatchObject({ trashed_at: null, sha256: asset.sha256 })
})

test('a metadata conflict is undone to what the other side said', async () => {
  const { conflicts, editor, asset, record } = await setUp()
  const said = { ...NO_METADATA, alt_text: 'theirs', tags: ['x'] }
  const both = { key: 'a.jpg', sha256: asset.sha256, size: 4, mime_type: null, modified_at: null }
  const id = await record({
    rule: 'R16',
    outcome: 'library',
    library: { ...both, metadata: NO_METADATA, version: null, revision: 1 },
    store: { ...both, metadata: said, version: 'v2', revision: null },
  })
  await conflicts.undo(id, 'ann')
  expect(await editor.detail(asset.id)).toMatchObject({ alt_text: 'theirs', tags: ['x'], revision: 2 })
})

test('several are decided at once, each by itself, for the number that was shown', async () => {
  const { conflicts, editor, record, recordBoth } = await setUp()
  const { id } = await recordBoth()
  const other = (await editor.create('b.jpg', streamOf('b'), { by: 'ann' })).asset
  const held = await record({ assetId: other.id as AssetId, key: 'b.jpg' })
  await expect(conflicts.resolveMany([id, held], { resolution: 'both', by: 'ann', count: 1 })).rejects.toEqual(
    failing('confirmation_needed'),
  )
  await conflicts.resolve(held, { resolution: 'both', by: 'bob' })
  const outcome = await conflicts.resolveMany([id, held], { resolution: 'both', by: 'ann', count: 2 })
  expect(outcome).toMatchObject({ resolved: [{ id }], failed: [{ id: held, code: 'conflict_decided' }] })
})

test('pages of conflicts join without gap or double', async () => {
  const { conflicts, editor, record } = await setUp()
  const ids = [await record()]
  for (const key of ['b', 'c', 'd']) {
    const { asset } = await editor.create(key, streamOf(key), { by: 'ann' })
    ids.push(await record({ assetId: asset.id, key }))
  }
  const first = await conflicts.list({ limit: 3 })
  const rest = await conflicts.list({ limit: 3, cursor: first.next_cursor ?? '' })
  expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids.toReversed())
  await expect(conflicts.list({ cursor: 'x' })).rejects.toEqual(failing('invalid_cursor'))
  await expect(conflicts.get('x')).rejects.toEqual(failing('conflict_not_found'))
})

test('a run that carries a decision out finds no new conflict', async () => {
  const { conflicts, record, editor, database } = await setUp()
  const id = await record()
  await conflicts.resolve(id, { resolution: 'both', by: 'ann' })
  const copy = (await editor.create('a.conflict-photos-1.jpg', streamOf('theirs!'), { by: 'engine' })).asset
  expect(await record({ outcome: 'keep-both', copyAssetId: copy.id })).toBe(id)
  await markApplied(database.pool, [{ conflictId: id, copyAssetId: null }])
  expect((await conflicts.list()).items).toMatchObject([{ id, state: 'resolved', copy_asset_id: copy.id }])
})
