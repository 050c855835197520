import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { StoreCatalog } from '@syncwatch/sync'
import { WatchedStores } from '@syncwatch/sync/jobs'
import { createTestDatabase, makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { FolderStore } from '../src/folder/index.ts'
import { startSyncNode } from './support/sync-node.ts'

test('a file that is put into a watched folder comes into the library by itself, also one that comes during a run', async () => {
  const [database, temp] = await Promise.all([createTestDatabase(), makeTempFolder('watch')])
  const root = join(temp.path, 'photos')
  await mkdir(root)
  const node = await startSyncNode({ url: database.url, vaultRoot: join(temp.path, 'vault'), readMs: 300 })
  const catalog = new StoreCatalog(node.pool)
  await catalog.create({ name: 'photos', kind: 'folder', location: root })
  const clock = systemClock()
  const errors: unknown[] = []
  const watched = new WatchedStores({
    catalog,
    status: node.status,
    clock,
    openStore: async ({ location }) => new FolderStore({ root: location, clock, random: systemRandom() }),
    enqueueSync: (id, by) => node.jobs.enqueueSync(id, by),
    onError: (error) => errors.push(error),
  })
  try {
    await watched.look()
    const keys = async () =>
      (await query<{ key: string }>(node.pool, 'SELECT key FROM syncwatch.media_assets ORDER BY key')).map(
        ({ key }) => key,
      )
    await writeFile(join(root, 'a.txt'), 'a')
    const running = async () =>
      (await query(node.pool, `SELECT FROM sync_operations WHERE status = 'in_progress'`)).length > 0
    await waitFor(running, { what: 'the first run', timeoutMs: 15_000 })
    await writeFile(join(root, 'b.txt'), 'b')
    await waitFor(async () => (await keys()).length === 2, { what: 'both files', timeoutMs: 20_000 })
    expect(await keys()).toEqual(['a.txt', 'b.txt'])
    expect(errors).toEqual([])
  } finally {
    await watched.stop()
    await node.stop()
    await database.drop()
    await temp.remove()
  }
}, 60_000)
