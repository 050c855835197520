import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type OperationRow, type StoreId, systemClock, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { StoreCatalog } from '@syncwatch/sync'
import { WatchedStores } from '@syncwatch/sync/jobs'
import { createTestDatabase, makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { FolderStore } from '../src/folder/index.ts'
import { GatedReads } from './support/gated-reads.ts'
import { type SyncNode, startSyncNode } from './support/sync-node.ts'

/** A node that watches, and a folder that is connected to it when the test says so. */
class Watching implements AsyncDisposable {
  readonly node: SyncNode
  readonly root: string
  readonly reads: GatedReads
  readonly watched: WatchedStores
  readonly catalog: StoreCatalog
  readonly errors: unknown[] = []
  readonly #dispose: () => Promise<void>

  private constructor(node: SyncNode, root: string, reads: GatedReads, dispose: () => Promise<void>) {
    this.node = node
    this.root = root
    this.reads = reads
    this.#dispose = dispose
    this.catalog = new StoreCatalog(node.pool)
    const clock = systemClock()
    this.watched = new WatchedStores({
      pool: node.pool,
      catalog: this.catalog,
      status: node.status,
      clock,
      openStore: async ({ location }) => new FolderStore({ root: location, clock, random: systemRandom() }),
      enqueueSync: (id, by) => node.jobs.enqueueUnlessPaused(id, by),
      onError: (error) => this.errors.push(error),
    })
  }

  static async start(): Promise<Watching> {
    const [database, temp] = await Promise.all([createTestDatabase(), makeTempFolder('watch')])
    const root = join(temp.path, 'photos')
    await mkdir(root)
    const reads = new GatedReads()
    const node = await startSyncNode({ url: database.url, vaultRoot: join(temp.path, 'vault'), reads })
    return new Watching(node, root, reads, async () => {
      await database.drop()
      await temp.remove()
    })
  }

  async connect(): Promise<StoreId> {
    const { id } = await this.catalog.create({ name: 'photos', kind: 'folder', location: this.root })
    return id
  }

  place(key: string): Promise<void> {
    return writeFile(join(this.root, key), key)
  }

  async keys(): Promise<string[]> {
    const rows = await query<{ key: string }>(
      this.node.pool,
      'SELECT key FROM syncwatch.media_assets WHERE trashed_at IS NULL ORDER BY key',
    )
    return rows.map(({ key }) => key)
  }

  async untilKeys(...keys: string[]): Promise<void> {
    const what = `the library to have ${keys.join(', ')}`
    await waitFor(async () => (await this.keys()).join() === keys.join(), { what, timeoutMs: 20_000 })
  }

  async runs(): Promise<OperationRow[]> {
    return (await this.node.status.listOperations({ limit: 100 })).items
  }

  /** Until nothing runs and nothing was begun. */
  async atRest(): Promise<OperationRow[]> {
    await waitFor(async () => (await this.runs()).every(({ end_time }) => end_time !== null), {
      what: 'the runs to end',
    })
    return this.runs()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reads.open()
    await this.watched.stop()
    await this.node.stop()
    await this.#dispose()
  }
}

test('a file that is put into a watched folder comes into the library by itself, also one that comes during a run', async () => {
  await using watching = await Watching.start()
  watching.reads.close()
  await watching.connect()
  await watching.watched.look()
  await watching.place('a.txt')
  await watching.reads.waiting()
  await watching.place('b.txt')
  watching.reads.open()
  await watching.untilKeys('a.txt', 'b.txt')
  expect(watching.errors).toEqual([])
}, 60_000)

test('what is in a folder before it is watched is found by one run, which the watch itself asks for', async () => {
  await using watching = await Watching.start()
  await watching.place('before.txt')
  await watching.connect()
  await watching.watched.look()
  await watching.untilKeys('before.txt')
  expect(await watching.atRest()).toMatchObject([{ triggered_by: 'watch', source: 'scheduled', status: 'completed' }])
}, 60_000)

test('a folder that is moved in, or away, is seen with all that is in it', async () => {
  await using watching = await Watching.start()
  await watching.connect()
  await watching.watched.look()
  await watching.place('a.txt')
  await watching.untilKeys('a.txt')
  const aside = `${watching.root}-aside`
  await mkdir(aside)
  await writeFile(join(aside, 'inside.txt'), 'inside')
  await rename(aside, join(watching.root, 'moved'))
  await watching.untilKeys('a.txt', 'moved/inside.txt')
  await rename(join(watching.root, 'moved'), aside)
  await watching.untilKeys('a.txt')
}, 60_000)
