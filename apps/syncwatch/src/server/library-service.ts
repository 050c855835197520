import {
  type AssetDetail,
  type AssetReplicaRow,
  type AssetRow,
  type Clock,
  isEnded,
  type OperationRow,
  type OperationSource,
  type Random,
  type StoreId,
  type StoreSummary,
  SyncwatchError,
} from '@syncwatch/core'
import { failureOf } from '@syncwatch/http'
import type { SyncStatus } from '@syncwatch/status-manager'
import type {
  AssetQuery,
  BidirectionalSyncService,
  Collections,
  Conflicts,
  EditStore,
  FolderRow,
  HeldPlans,
  LibraryEditor,
  MediaLibrary,
  PlanPreview,
  Store,
  StoreCatalog,
  StoreRecord,
} from '@syncwatch/sync'
import type { EnqueueOptions, SyncJobs } from '@syncwatch/sync/jobs'
import type { StoredContent } from '../http/assets/content-response.ts'
import type { AskedBy, MediaService, NewStore } from '../http/media-service.ts'
import { testPlace } from './test-place.ts'
import { freeName, usableFolder } from './usable-folder.ts'

export interface LibraryParts {
  readonly sync: BidirectionalSyncService
  readonly clock: Clock
  readonly random: Random
  readonly editor: LibraryEditor
  readonly collections: Collections
  readonly conflicts: Conflicts
  readonly plans: HeldPlans
  readonly status: SyncStatus
  readonly catalog: StoreCatalog
  readonly library: MediaLibrary
  readonly jobs: SyncJobs
  readonly dataFolder: string
  openStore(record: StoreRecord): Promise<Store>
  /** Told after a store was connected, changed or removed. Resolves when it is watched, or not any more. */
  onStoresChanged(): Promise<void>
}

/** The library, its stores and its jobs as the outside asks for them. */
export class LibraryService implements MediaService {
  readonly editor: LibraryEditor
  readonly collections: Collections
  readonly conflicts: Conflicts
  readonly plans: HeldPlans
  readonly #parts: LibraryParts

  constructor(parts: LibraryParts) {
    this.#parts = parts
    this.editor = parts.editor
    this.collections = parts.collections
    this.conflicts = parts.conflicts
    this.plans = parts.plans
  }

  listStores(): Promise<StoreSummary[]> {
    return this.#parts.catalog.list()
  }

  getStore(id: string): Promise<StoreSummary> {
    return this.#parts.catalog.get(id)
  }

  async addStore({ name, ...store }: NewStore): Promise<StoreSummary> {
    const { catalog, dataFolder } = this.#parts
    const location = await usableFolder(store.location, dataFolder)
    const added = await catalog.create({ ...store, location, name: name ?? freeName(location, await catalog.list()) })
    void this.#parts.onStoresChanged()
    return added
  }

  async editStore(id: string, edit: EditStore): Promise<StoreSummary> {
    const edited = await this.#parts.catalog.edit(id, edit, new Date(this.#parts.clock.now()))
    void this.#parts.onStoresChanged()
    return edited
  }

  async forgetIdentity(id: string, confirm: string): Promise<StoreSummary> {
    const { catalog } = this.#parts
    const store = await catalog.get(id)
    if (confirm !== store.name)
      throw new SyncwatchError(
        'confirmation_needed',
        `From its next run on "${store.name}" would be whatever answers at ${store.location}. Type its name again to confirm that.`,
      )
    await catalog.forgetIdentity(store.id)
    return store
  }

  async removeStore(id: string): Promise<void> {
    await this.#parts.catalog.remove(id)
    void this.#parts.onStoresChanged()
  }

  async testStore(id: string): Promise<{ ok: boolean; message: string }> {
    const record = await this.#parts.catalog.record(id as StoreId)
    try {
      const store = await this.#parts.openStore(record)
      try {
        await store.identity({ create: false })
      } finally {
        await store.close()
      }
      return { ok: true, message: `${record.location} can be reached.` }
    } catch (error) {
      return { ok: false, message: failureOf(error).message }
    }
  }

  testPlace(store: NewStore): Promise<{ ok: boolean; message: string }> {
    return testPlace(store, this.#parts)
  }

  async syncStore(id: string, by: AskedBy): Promise<OperationRow> {
    const { jobs, status } = this.#parts
    return status.getOperation(await jobs.enqueueSync(id as StoreId, by))
  }

  async previewPlan(id: string, signal: AbortSignal): Promise<PlanPreview> {
    const { catalog, sync } = this.#parts
    return sync.plan((await catalog.get(id)).id, { signal })
  }

  async verifyStore(id: string, content: 'metadata' | 'full', by: AskedBy): Promise<OperationRow> {
    const { jobs, status } = this.#parts
    return status.getOperation(await jobs.enqueueVerify(id as StoreId, { ...by, content }))
  }

  /** A run on a store is work and not only a record: a retry has to give it to somebody. */
  async retryOperation(id: string, by: { triggered_by?: string; source?: OperationSource }): Promise<OperationRow> {
    const { jobs, status } = this.#parts
    const row = await status.getOperation(id)
    const isRun = row.operation_type === 'full_sync'
    const assetId = row.operation_data.asset_id
    if (row.store_id === null || !(isRun || typeof assetId === 'string')) return status.retrySyncOperation(id, by)
    if (!isEnded(row.status)) {
      throw new SyncwatchError(
        'illegal_transition',
        `The operation is ${row.status}; only what has ended can be retried.`,
      )
    }
    const again = { ...by, retry_of: row.id }
    if (typeof assetId === 'string') return this.#retryAsset(row.store_id, assetId, row, again)
    const { verify } = row.operation_data
    if (verify === 'metadata' || verify === 'full')
      return status.getOperation(await jobs.enqueueVerify(row.store_id, { ...again, content: verify }))
    return status.getOperation(await jobs.enqueueSync(row.store_id, again))
  }

  /** The asset as it is now. One that waits already is what was asked for. */
  async #retryAsset(
    storeId: StoreId,
    assetId: string,
    row: OperationRow,
    again: EnqueueOptions,
  ): Promise<OperationRow> {
    const { jobs, status, editor } = this.#parts
    const { key, revision, trashed_at } = await editor.detail(assetId)
    const change = trashed_at !== null ? 'delete' : row.operation_type === 'upload' ? 'upload' : 'update'
    const made = await jobs.enqueueAsset(storeId, { id: assetId, key, revision, change }, again)
    if (made === null) throw new SyncwatchError('store_busy', `"${key}" waits to be synced with this store already.`)
    return status.getOperation(made)
  }

  listAssets(query: AssetQuery): Promise<{ items: AssetRow[]; next_cursor: string | null }> {
    return this.#parts.library.list(query)
  }

  listFolders(): Promise<FolderRow[]> {
    return this.#parts.library.folders()
  }

  getAsset(id: string): Promise<AssetDetail> {
    return this.editor.detail(id)
  }

  listReplicas(id: string): Promise<AssetReplicaRow[]> {
    return this.#parts.library.replicas(id)
  }

  async openContent(id: string): Promise<StoredContent> {
    const { library } = this.#parts
    const asset = await library.get(id)
    return {
      version: asset.sha256 ?? `${asset.id}-${asset.rev}`,
      size: asset.size,
      mimeType: asset.mime_type,
      name: asset.name,
      read: async (range) => (await library.content(id, range)).stream,
    }
  }

  async openThumbnail(id: string): Promise<StoredContent> {
    const { sha256, key } = await this.editor.detail(id)
    const bytes = await this.#parts.library.thumbnailOf(sha256)
    return pictureOf(bytes, { sha256, key })
  }

  pictured(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#parts.library.pictured(ids)
  }

  async openVersionThumbnail(id: string, versionId: string): Promise<StoredContent> {
    const { sha256, key } = await this.editor.version(id, versionId)
    const bytes = await this.#parts.library.thumbnailOf(sha256)
    return pictureOf(bytes, { sha256, key })
  }

  async openConflictSide(id: string, side: 'library' | 'store'): Promise<StoredContent> {
    const { sha256, key, ...content } = await this.conflicts.content(id, side)
    return { ...content, version: sha256, name: nameOf(key) }
  }

  async openConflictThumbnail(id: string, side: 'library' | 'store'): Promise<StoredContent> {
    const { bytes, ...of } = await this.conflicts.thumbnail(id, side)
    return pictureOf(bytes, of)
  }

  /** Connects a folder as a store unless it is one already, and begins a run on it. */
  async connectFolder(folder: string): Promise<StoreSummary> {
    const store = (await this.#parts.catalog.findByLocation('folder', folder)) ?? (await this.#connect(folder))
    // This one run is then enough: what comes after its beginning is seen by the watch.
    await this.#parts.onStoresChanged()
    await this.#parts.jobs.enqueueSync(store.id, { triggered_by: 'start', source: 'manual' })
    return store
  }

  async #connect(folder: string): Promise<StoreSummary> {
    const { catalog, dataFolder } = this.#parts
    const location = await usableFolder(folder, dataFolder)
    const known = await catalog.findByLocation('folder', location)
    return known ?? this.addStore({ kind: 'folder', location })
  }
}

const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

/** Rejects `not_found` where there is none (yet). */
function pictureOf(bytes: Uint8Array | null, { sha256, key }: { sha256: string | null; key: string }): StoredContent {
  if (bytes === null) throw new SyncwatchError('not_found', `There is no thumbnail of "${key}" (yet).`)
  return {
    version: `${sha256}-thumbnail`,
    size: bytes.length,
    mimeType: 'image/webp',
    name: `${nameOf(key)}.webp`,
    read: async (range) => oneChunk(range ? bytes.subarray(range.start, range.end + 1) : bytes),
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
