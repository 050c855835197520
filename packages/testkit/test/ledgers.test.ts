import { type AssetId, type OperationId, type StoreId, SyncwatchError, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { PostgresLedger, StoreCatalog } from '@syncwatch/sync'
import { type LedgerUnderTest, ledgerContract, ledgersAgree } from '@syncwatch/sync/contract'
import { afterAll, beforeAll, test } from 'vitest'
import { FakeClock } from '../src/fake-clock.ts'
import { MemoryLedger } from '../src/simulator/memory-ledger.ts'
import { MemoryLibrary } from '../src/simulator/memory-library.ts'
import { createTestDatabase, type TestDatabase } from '../src/test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** One database for all: each story begins with empty tables. */
async function inPostgres(): Promise<LedgerUnderTest> {
  const { pool } = database
  await query(pool, 'TRUNCATE syncwatch.media_assets, syncwatch.media_replicas, syncwatch.stores CASCADE')
  const { id: storeId } = await new StoreCatalog(pool).create({ name: 'store', kind: 'folder', location: '/nowhere' })
  const run = { id: systemRandom().uuid() as OperationId, itemsWithin: async () => {} }
  const ledger = new PostgresLedger({ pool, run, random: systemRandom(), canInspect: () => false })
  const done = (rows: unknown[]) => rows.length > 0
  const isTaken = (error: unknown) => {
    if (error instanceof SyncwatchError && error.details.constraint === 'media_assets_live_key') return false
    throw error
  }
  return {
    ledger,
    storeId,
    add: (id, key, sha256) =>
      query(
        pool,
        `INSERT INTO syncwatch.media_assets (id, key, sha256, size) VALUES ($1, $2, $3, 1)
         ON CONFLICT DO NOTHING RETURNING id`,
        [id, key, sha256],
      ).then(done),
    change: (id, { key = null, sha256 = null, trashed = null }: Record<string, unknown>) =>
      query(
        pool,
        `UPDATE syncwatch.media_assets SET key = coalesce($2, key), sha256 = coalesce($3, sha256),
           trashed_at = CASE WHEN $4::boolean IS NULL THEN trashed_at WHEN $4 THEN now() END
         WHERE id = $1 RETURNING id`,
        [id, key, sha256, trashed],
      ).then(done, isTaken),
    assets: () =>
      query<{ id: AssetId; key: string; sha256: string; trashed: boolean }>(
        pool,
        'SELECT id, key, sha256, trashed_at IS NOT NULL AS trashed FROM syncwatch.media_assets',
      ),
    dispose: async () => {},
  }
}

async function inMemory(): Promise<LedgerUnderTest> {
  const library = new MemoryLibrary()
  const storeId = 'store' as StoreId
  library.fences.set(storeId, 1)
  const ledger = new MemoryLedger({
    library,
    clock: new FakeClock(),
    attempt: 1,
    step: async () => {},
    onCommit: () => {},
  })
  const content = (sha256: string) => ({ sha256, size: 1, mimeType: null, modifiedAt: null })
  return {
    ledger,
    storeId,
    add: async (id, key, sha256) => {
      if (library.assets.has(id) || library.live(key) !== undefined) return false
      library.create(id, key, content(sha256))
      return true
    },
    change: async (id, { key, sha256, trashed }) => {
      const asset = library.assets.get(id)
      if (asset === undefined) return false
      const [name, isTrashed] = [key ?? asset.key, trashed ?? asset.trashed]
      const holder = library.live(name)
      if (!isTrashed && holder !== undefined && holder.id !== id) return false
      // The database raises a revision where something changes, and only then.
      const changed =
        name !== asset.key || isTrashed !== asset.trashed || (sha256 !== undefined && sha256 !== asset.content.sha256)
      if (changed)
        library.change(id, {
          key: name,
          trashed: isTrashed,
          ...(sha256 === undefined ? {} : { content: content(sha256) }),
        })
      return true
    },
    assets: async () =>
      [...library.assets.values()].map(({ id, key, content: { sha256 }, trashed }) => ({ id, key, sha256, trashed })),
    dispose: async () => {},
  }
}

ledgerContract('Postgres', inPostgres)
ledgerContract('memory', inMemory)

test('the ledger in memory does what the one in Postgres does, whatever happens', async () => {
  await ledgersAgree(inPostgres, inMemory, Number(process.env.LEDGER_STORIES ?? 60))
}, 300_000)
