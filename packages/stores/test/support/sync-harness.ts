import { createHash } from 'node:crypto'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, type StoreId, type StoreMode, type StoreSummary, systemClock, systemRandom } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { BidirectionalSyncService, type Store, StoreCatalog, type Vault } from '@syncwatch/sync'
import { createTestDatabase, makeTempFolder, type TestDatabase } from '@syncwatch/testkit'
import { FolderStore } from '../../src/folder/index.ts'
import { SharpInspector } from '../../src/media/index.ts'
import { FolderVault } from '../../src/vault-folder/index.ts'
import { RecordedRun } from './recorded-run.ts'

interface HarnessOptions {
  readonly mode?: StoreMode
  readonly content_mode?: 'full' | 'reference'
  readonly wrapStore?: (store: Store) => Store
  readonly wrapVault?: (vault: Vault) => Vault
  readonly settleMs?: number
  readonly clock?: Clock
}

export interface LibraryRow {
  key: string
  sha256: string
  size: number
  mime_type: string
}

/** A folder, a vault, a database and the engine between them, all real. */
export class SyncHarness implements AsyncDisposable {
  readonly root: string
  readonly vaultRoot: string
  readonly database: TestDatabase
  readonly catalog: StoreCatalog
  readonly service: BidirectionalSyncService
  readonly vault: Vault
  readonly store: StoreSummary
  readonly #dispose: () => Promise<void>

  private constructor(parts: Omit<SyncHarness, 'dispose'> & { dispose: () => Promise<void> }) {
    this.root = parts.root
    this.vaultRoot = parts.vaultRoot
    this.database = parts.database
    this.catalog = parts.catalog
    this.service = parts.service
    this.vault = parts.vault
    this.store = parts.store
    this.#dispose = parts.dispose
  }

  static async make(options: HarnessOptions = {}): Promise<SyncHarness> {
    const [temp, database] = await Promise.all([makeTempFolder('sync'), createTestDatabase()])
    const root = join(temp.path, 'photos')
    const vaultRoot = join(temp.path, 'vault')
    await mkdir(root)
    const clock = options.clock ?? systemClock()
    const random = systemRandom()
    const folderVault = await FolderVault.open({ root: vaultRoot, clock, random })
    const vault = options.wrapVault?.(folderVault) ?? folderVault
    const service = new BidirectionalSyncService({
      pool: database.pool,
      vault,
      inspector: new SharpInspector(),
      clock,
      random,
      durability: 'relaxed',
      openStore: async (record) => {
        const folder = new FolderStore({ root: record.location, clock, random, settleMs: options.settleMs ?? 50 })
        return options.wrapStore?.(folder) ?? folder
      },
    })
    const catalog = new StoreCatalog(database.pool)
    const store = await catalog.create({
      name: 'photos',
      kind: 'folder',
      location: root,
      mode: options.mode ?? 'two-way',
      content_mode: options.content_mode ?? 'full',
    })
    const dispose = async () => {
      await database.drop()
      await temp.remove()
    }
    return new SyncHarness({ root, vaultRoot, database, catalog, service, vault, store, dispose } as never)
  }

  get storeId(): StoreId {
    return this.store.id
  }

  /** Writes a file that has been at rest for `ageMs`. */
  async write(key: string, content: string | Buffer, ageMs = 60_000): Promise<void> {
    const path = join(this.root, key)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    const time = new Date(Date.now() - ageMs)
    await utimes(path, time, time)
  }

  /** Runs the store through as a new operation. */
  async sync(prepare?: (run: RecordedRun) => void): Promise<RecordedRun> {
    const run = await RecordedRun.start(this.database.pool)
    prepare?.(run)
    await this.service.performFullSync(this.storeId, run)
    return run
  }

  library(): Promise<LibraryRow[]> {
    return query<LibraryRow & Record<string, unknown>>(
      this.database.pool,
      `SELECT key, sha256, size, mime_type FROM syncwatch.media_assets WHERE trashed_at IS NULL ORDER BY key`,
    )
  }

  trash(): Promise<LibraryRow[]> {
    return query<LibraryRow & Record<string, unknown>>(
      this.database.pool,
      `SELECT key, sha256, size, mime_type FROM syncwatch.media_assets WHERE trashed_at IS NOT NULL ORDER BY key`,
    )
  }

  async keys(): Promise<string[]> {
    return (await this.library()).map((row) => row.key)
  }

  summary(): Promise<StoreSummary> {
    return this.catalog.get(this.storeId)
  }

  async vaultContents(): Promise<string[]> {
    const entries = await readdir(join(this.vaultRoot, 'content'), { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#dispose()
  }
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
