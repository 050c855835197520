import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type StoreId, systemClock, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { BidirectionalSyncService, type CreateStore, type Store, StoreCatalog, type Vault } from '@syncwatch/sync'
import { createTestDatabase, makeTempFolder, type TestDatabase } from '@syncwatch/testkit'
import { FolderStore } from '../../src/folder/index.ts'
import { SharpInspector } from '../../src/media/index.ts'
import { FolderVault } from '../../src/vault-folder/index.ts'
import { RecordedRun } from './recorded-run.ts'

export type Side = 'left' | 'right'

interface Options extends Partial<Pick<CreateStore, 'mode' | 'content_mode' | 'conflict_policy'>> {
  readonly wrapStore?: (store: Store, side: Side) => Store
}

export interface LibraryAsset {
  id: string
  key: string
  sha256: string
  revision: number
  trashed: boolean
  display_name: string | null
}

/** Two folders, one library between them, everything real. `left` is what most tests look at. */
export class TwoFolders implements AsyncDisposable {
  readonly database: TestDatabase
  readonly service: BidirectionalSyncService
  readonly catalog: StoreCatalog
  readonly vault: Vault
  readonly #path: string
  readonly #stores: Record<Side, StoreId>
  readonly #dispose: () => Promise<void>

  private constructor(
    parts: Pick<TwoFolders, 'database' | 'service' | 'catalog' | 'vault'>,
    path: string,
    stores: Record<Side, StoreId>,
    dispose: () => Promise<void>,
  ) {
    this.database = parts.database
    this.service = parts.service
    this.catalog = parts.catalog
    this.vault = parts.vault
    this.#path = path
    this.#stores = stores
    this.#dispose = dispose
  }

  static async make(options: Options = {}): Promise<TwoFolders> {
    const [temp, database] = await Promise.all([makeTempFolder('two'), createTestDatabase()])
    const clock = systemClock()
    const random = systemRandom()
    const vault = await FolderVault.open({ root: join(temp.path, 'vault'), clock, random })
    const service = new BidirectionalSyncService({
      pool: database.pool,
      vault,
      inspector: new SharpInspector(),
      clock,
      random,
      durability: 'relaxed',
      onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
      openStore: async (record) => {
        const folder = new FolderStore({ root: record.location, clock, random, settleMs: 0 })
        return options.wrapStore?.(folder, record.name as Side) ?? folder
      },
    })
    const catalog = new StoreCatalog(database.pool)
    const connect = async (name: Side) => {
      const location = join(temp.path, name)
      await mkdir(location)
      const { mode = 'two-way', content_mode = 'full', conflict_policy = 'keep-both' } = options
      const { id } = await catalog.create({ name, kind: 'folder', location, mode, content_mode, conflict_policy })
      return id
    }
    const stores = { left: await connect('left'), right: await connect('right') }
    const dispose = async () => {
      await database.drop()
      await temp.remove()
    }
    return new TwoFolders({ database, service, catalog, vault }, temp.path, stores, dispose)
  }

  storeId(side: Side): StoreId {
    return this.#stores[side]
  }

  path(side: Side, key = ''): string {
    return join(this.#path, side, key)
  }

  async write(side: Side, key: string, content: string, modifiedAt = new Date(Date.now() - 60_000)): Promise<void> {
    await mkdir(dirname(this.path(side, key)), { recursive: true })
    await writeFile(this.path(side, key), content)
    await utimes(this.path(side, key), modifiedAt, modifiedAt)
  }

  remove(side: Side, key: string): Promise<void> {
    return rm(this.path(side, key))
  }

  async move(side: Side, from: string, to: string): Promise<void> {
    await mkdir(dirname(this.path(side, to)), { recursive: true })
    await rename(this.path(side, from), this.path(side, to))
  }

  /** What a person sees in a folder: names and contents, without our own files. */
  async files(side: Side): Promise<Record<string, string>> {
    const entries = await readdir(this.path(side), { recursive: true, withFileTypes: true })
    const found: Record<string, string> = {}
    for (const entry of entries) {
      if (!entry.isFile()) continue
      const key = join(entry.parentPath, entry.name).slice(this.path(side).length + 1)
      if (!key.startsWith('.syncwatch')) found[key] = await readFile(this.path(side, key), 'utf8')
    }
    return Object.fromEntries(Object.entries(found).sort(([one], [other]) => (one < other ? -1 : 1)))
  }

  async sync(side: Side, prepare?: (run: RecordedRun) => void): Promise<RecordedRun> {
    const run = await RecordedRun.start(this.database.pool)
    prepare?.(run)
    await this.service.performFullSync(this.#stores[side], run)
    return run
  }

  /** Runs both in turn until a round of both has nothing to tell. Fails after `rounds`. */
  async converge(rounds = 6): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const runs = [await this.sync('left'), await this.sync('right')]
      for (const run of runs) if (run.outcome?.status !== 'completed') throw new Error(run.outcome?.message)
      if (runs.every((run) => run.reported.size === 0)) return
    }
    throw new Error('The two sides do not come to rest.')
  }

  assets(): Promise<LibraryAsset[]> {
    return query<LibraryAsset & Record<string, unknown>>(
      this.database.pool,
      `SELECT id, key, sha256, revision, trashed_at IS NOT NULL AS trashed, display_name
       FROM syncwatch.media_assets ORDER BY key, created_at`,
    )
  }

  async library(): Promise<Record<string, string>> {
    const live = (await this.assets()).filter(({ trashed }) => !trashed)
    const entries = live.map(async ({ key, sha256 }) => [key, await this.content(sha256)] as const)
    return Object.fromEntries(await Promise.all(entries))
  }

  async content(sha256: string): Promise<string> {
    const parts: Uint8Array[] = []
    for await (const chunk of await this.vault.read(sha256)) parts.push(chunk)
    return Buffer.concat(parts).toString('utf8')
  }

  /** As a person edits in the library. */
  async edit(key: string, content: string, modifiedAt = new Date()): Promise<void> {
    const { sha256, size } = await this.#put(content)
    await this.#update(key, 'sha256 = $2, size = $3, content_modified_at = $4', [sha256, size, modifiedAt])
  }

  async add(key: string, content: string): Promise<void> {
    const { sha256, size } = await this.#put(content)
    await query(
      this.database.pool,
      `INSERT INTO syncwatch.media_assets (key, sha256, size, mime_type, content_modified_at)
       VALUES ($1, $2, $3, 'text/plain', now())`,
      [key, sha256, size],
    )
  }

  rename(key: string, to: string): Promise<void> {
    return this.#update(key, 'key = $2', [to])
  }

  describe(key: string, displayName: string): Promise<void> {
    return this.#update(key, 'display_name = $2', [displayName])
  }

  trash(key: string): Promise<void> {
    return this.#update(key, `trashed_at = now(), trashed_by = 'somebody'`, [])
  }

  async restore(key: string): Promise<void> {
    await query(
      this.database.pool,
      'UPDATE syncwatch.media_assets SET trashed_at = NULL, trashed_by = NULL WHERE key = $1 AND trashed_at IS NOT NULL',
      [key],
    )
  }

  async #update(key: string, change: string, values: unknown[]): Promise<void> {
    const rows = await query(
      this.database.pool,
      `UPDATE syncwatch.media_assets SET ${change} WHERE key = $1 AND trashed_at IS NULL RETURNING id`,
      [key, ...values],
    )
    if (rows.length !== 1) throw new Error(`There is no asset "${key}".`)
  }

  #put(content: string) {
    async function* bytes() {
      yield Buffer.from(content)
    }
    return this.vault.put(bytes(), { durability: 'relaxed' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose()
  }
}
