import type { OperationId, OperationRow, StoreId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { createTestDatabase, FakeClock, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type Store, StoreCatalog, type StoreObject } from '../src/index.ts'
import { WatchedStores } from '../src/jobs/index.ts'

/** A store of which a test says what is in it and what its watch tells. */
class WatchedByHand {
  readonly objects = new Map<string, Pick<StoreObject, 'version' | 'metadataVersion'>>()
  hint: ((keys: readonly string[] | null) => void) | null = null
  /** Set: a watch cannot be opened. */
  broken = false

  open(): Store {
    const store: Partial<Store> = {
      capabilities: { watch: true } as Store['capabilities'],
      watch: async (onHint) => {
        if (this.broken) throw new Error('no watch')
        this.hint = onHint
        return {
          close: async () => {
            this.hint = null
          },
        }
      },
      head: async (key) => (this.objects.get(key) as StoreObject | undefined) ?? null,
      close: async () => {},
    }
    return store as Store
  }
}

async function setUp() {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const clock = new FakeClock()
  const place = new WatchedByHand()
  const catalog = new StoreCatalog(database.pool)
  const store = await catalog.create({ name: 'photos', kind: 'folder', location: '/photos' })
  const begun: string[] = []
  const errors: unknown[] = []
  /** Milliseconds from now, so that before and after do not hang on a rounding. */
  const run = async (by: string, status: string, shiftMs = 5): Promise<OperationId> => {
    const [row] = await query<{ id: OperationId }>(
      database.pool,
      `INSERT INTO sync_operations (operation_type, status, store_id, start_time, triggered_by)
       VALUES ('full_sync', $1, $2, CASE WHEN $1 <> 'pending' THEN clock_timestamp() + $4 * interval '1 ms' END, $3)
       RETURNING id`,
      [status, store.id, by, shiftMs],
    )
    if (row === undefined) throw new Error('no row')
    if (status !== 'pending') await query(database.pool, 'UPDATE syncwatch.stores SET last_operation_id = $1', [row.id])
    return row.id
  }
  const watched = new WatchedStores({
    pool: database.pool,
    catalog,
    clock,
    openStore: async () => place.open(),
    status: {
      getOperation: async (id: string) => {
        const [row] = await query<OperationRow & Record<string, unknown>>(
          database.pool,
          'SELECT * FROM sync_operations WHERE id = $1',
          [id],
        )
        return row as OperationRow
      },
    },
    enqueueSync: async (_: StoreId, { triggered_by }) => {
      begun.push(triggered_by)
      return run(triggered_by, 'completed', 0)
    },
    onError: (error) => errors.push(error),
  })
  onTestFinished(() => watched.stop())
  /** Until what was told has had its rest and was dealt with. */
  const rest = async () => {
    await waitFor(() => clock.pendingTimers > 0, { what: 'the wait for quiet' })
    await clock.advance(500)
  }
  const agree = async (key: string, version: string, metadataVersion: string | null) => {
    await query(
      database.pool,
      `WITH asset AS (INSERT INTO syncwatch.media_assets (key, size) VALUES ($1, 1) RETURNING id)
       INSERT INTO syncwatch.media_replicas
         (store_id, asset_id, remote_key, remote_version, remote_size, remote_metadata_version, library_revision)
       SELECT $2, id, $1, $3, 1, $4, 1 FROM asset`,
      [key, store.id, version, metadataVersion],
    )
    place.objects.set(key, { version, metadataVersion })
  }
  /** Hints at keys, and then at everything, which always brings a run; `runs` of both are waited for. */
  const hinted = async (runs: 1 | 2, ...keys: string[]) => {
    const before = begun.length
    place.hint?.(keys)
    await rest()
    place.hint?.(null)
    await rest()
    await waitFor(() => begun.length >= before + runs, { what: `${runs} runs after ${keys.join()}` })
  }
  return { clock, place, catalog, store, begun, errors, run, watched, rest, agree, hinted }
}

test('when a watch was opened, one run is asked for', async () => {
  const { watched, rest, begun } = await setUp()
  await watched.look()
  await rest()
  await waitFor(() => begun.length === 1, { what: 'the run' })
  await watched.look()
  expect(begun).toEqual(['watch'])
})

test('a run that began before the watch stood is not enough', async () => {
  const { watched, rest, begun, run } = await setUp()
  await run('before', 'completed', -5)
  await watched.look()
  await rest()
  await waitFor(() => begun.length === 1, { what: 'the run' })
})

test('a run that began once the watch stood is enough, but not for what changed after it', async () => {
  const { watched, rest, begun, run, hinted } = await setUp()
  await watched.look()
  await run('ann', 'completed')
  await rest()
  await hinted(1)
  await watched.stop()
  expect(begun).toHaveLength(1)
})

test('what is in the store as it was agreed on is no reason for a run, whatever was told of it', async () => {
  const { watched, rest, begun, agree, hinted, place, run } = await setUp()
  await agree('a.txt', '1', null)
  await agree('sub/b.txt', '1', 'm')
  await watched.look()
  await run('ann', 'completed')
  await rest()
  await hinted(1, 'a.txt', 'sub/b.txt', 'gone.txt')
  place.objects.set('sub/b.txt', { version: '1', metadataVersion: 'described anew' })
  await hinted(2, 'sub/b.txt')
  place.objects.set('sub/b.txt', { version: 'changed', metadataVersion: 'm' })
  await hinted(2, 'a.txt', 'sub/b.txt')
  place.objects.delete('a.txt')
  await hinted(2, 'a.txt')
  place.objects.set('new.txt', { version: '1', metadataVersion: null })
  await hinted(2, 'new.txt')
  // A folder that went, with what was in it.
  await hinted(2, 'sub')
  await watched.stop()
  expect(begun).toHaveLength(11)
})

test('a watch that cannot be opened is told once and tried again, and asks for a run when it stands', async () => {
  const { watched, place, errors, rest, begun } = await setUp()
  place.broken = true
  await watched.look()
  await watched.look()
  expect(errors).toHaveLength(1)
  place.broken = false
  await watched.look()
  await rest()
  await waitFor(() => begun.length === 1, { what: 'the run' })
})

test('a store that is removed is let go of at once', async () => {
  const { watched, place, catalog, store, clock } = await setUp()
  await watched.look()
  expect(place.hint).not.toBe(null)
  await catalog.remove(store.id)
  await watched.look()
  expect([place.hint, clock.pendingTimers]).toEqual([null, 0])
})
