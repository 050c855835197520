import { type AssetId, type AssetReplicaRow, type AssetRow, isUuid, SyncwatchError } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { Page } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { THUMBNAIL_NAME } from '../media/thumbnail-name.ts'
import type { Store } from '../ports/store.ts'
import type { Vault } from '../ports/vault.ts'
import { StoreCatalog } from '../stores/store-catalog.ts'
import type { StoreRecord } from '../stores/store-record.ts'
import { ASSET_COLUMNS, ASSET_JOINS, COUNTS, DIFFERS, VERIFIED_AT } from './asset-columns.ts'
import { type AssetQuery, type FolderRow, listAssets, listFolders } from './list-assets.ts'
import { skipBytes } from './skip-bytes.ts'

export interface MediaLibraryOptions {
  readonly pool: Pool
  readonly vault: Vault
  openStore(record: StoreRecord): Promise<Store>
}

/** An asset's bytes, or a range of them, with what is needed to serve them. */
export interface AssetContent {
  readonly asset: AssetRow
  readonly stream: AsyncIterable<Uint8Array>
  /** Call it when the stream was not read to its end. */
  close(): Promise<void>
}

/** The library as everybody else reads it. */
export class MediaLibrary {
  readonly #options: MediaLibraryOptions

  constructor(options: MediaLibraryOptions) {
    this.#options = options
  }

  list(options?: AssetQuery): Promise<Page<AssetRow>> {
    return listAssets(this.#options.pool, options)
  }

  /** The folders of the live assets, by name; at most 1,000. */
  folders(): Promise<FolderRow[]> {
    return listFolders(this.#options.pool)
  }

  /** Rejects `asset_not_found`, also for what is in the trash. */
  async get(id: string): Promise<AssetRow> {
    const [row] = isUuid(id)
      ? await query<AssetRow & Record<string, unknown>>(
          this.#options.pool,
          `SELECT ${ASSET_COLUMNS} FROM syncwatch.media_assets asset ${ASSET_JOINS}
           WHERE asset.id = $1 AND asset.trashed_at IS NULL`,
          [id],
        )
      : []
    if (row === undefined) throw new SyncwatchError('asset_not_found', `There is no asset "${id.slice(0, 64)}".`)
    return row
  }

  /** What each store has of an asset. Rejects `asset_not_found`. */
  async replicas(id: string): Promise<AssetReplicaRow[]> {
    const asset = await this.get(id)
    return query<AssetReplicaRow & Record<string, unknown>>(
      this.#options.pool,
      `SELECT base.store_id, store.name AS store_name, base.remote_key, base.remote_version, base.remote_size,
              base.remote_modified_at, CASE WHEN ${DIFFERS} THEN 'differs' ELSE 'in_sync' END AS sync_state,
              ${VERIFIED_AT} AS verified_at, base.error_code
       FROM syncwatch.media_replicas base JOIN syncwatch.stores store ON store.id = base.store_id
       JOIN syncwatch.media_assets asset ON asset.id = base.asset_id
       WHERE base.asset_id = $1 AND ${COUNTS} ORDER BY store.name COLLATE "C"`,
      [asset.id],
    )
  }

  /**
   * The bytes, from the vault or from a store that still has exactly this version. `range` counts from 0, `end` included.
   * Rejects `asset_not_found`, and `store_unavailable` or `asset_changed` where only a store could have them.
   */
  async content(id: string, range?: { start: number; end: number }): Promise<AssetContent> {
    const asset = await this.get(id)
    if (asset.sha256 !== null && (await this.#options.vault.has(asset.sha256, asset.size)))
      return { asset, stream: await this.#options.vault.read(asset.sha256, range), close: async () => {} }
    return this.#contentOfStore(asset, range)
  }

  /** The thumbnail as WebP, null while there is none (see `AssetRow.thumbnail`). Rejects `asset_not_found`. */
  async thumbnail(id: string): Promise<Uint8Array | null> {
    return this.thumbnailOf((await this.get(id)).sha256)
  }

  /** The thumbnail of content, also where no live asset has it any more; null while there is none. */
  async thumbnailOf(sha256: string | null): Promise<Uint8Array | null> {
    return sha256 === null ? null : this.#options.vault.readDerivative(sha256, THUMBNAIL_NAME)
  }

  /** Those of the assets, live or in the trash, that have a thumbnail. */
  async pictured(ids: readonly string[]): Promise<Set<string>> {
    const rows = await query<{ id: string }>(
      this.#options.pool,
      `SELECT asset.id FROM syncwatch.media_assets asset JOIN syncwatch.media_derivatives thumbnail
         ON thumbnail.sha256 = asset.sha256 AND thumbnail.kind = 'thumbnail' AND thumbnail.state = 'done'
       WHERE asset.id = ANY ($1::uuid[])`,
      [ids],
    )
    return new Set(rows.map(({ id }) => id))
  }

  async #contentOfStore(asset: AssetRow, range: { start: number; end: number } | undefined): Promise<AssetContent> {
    const record = await this.#storeOf(asset)
    const store = await this.#options.openStore(record.store)
    try {
      const open = await store.read(record.key)
      if (open.object.version !== record.version) {
        await open.close()
        throw new SyncwatchError('asset_changed', `"${asset.key}" changed in its store. The next run brings it in.`)
      }
      const stream = range === undefined ? open.stream : skipBytes(open.stream, range)
      const close = async () => {
        await open.close()
        await store.close()
      }
      return { asset, stream: closing(stream, close), close }
    } catch (error) {
      await store.close()
      throw error
    }
  }

  async #storeOf(asset: AssetRow): Promise<{ store: StoreRecord; key: string; version: string }> {
    const [base] = await query<{ store_id: StoreRecord['id']; remote_key: string; remote_version: string }>(
      this.#options.pool,
      `SELECT store_id, remote_key, remote_version FROM syncwatch.media_replicas
       WHERE asset_id = $1 AND state = 'present' AND content_sha256 = $2 LIMIT 1`,
      [asset.id satisfies AssetId, asset.sha256],
    )
    if (base === undefined)
      throw new SyncwatchError('not_found', `No store that is connected has the content of "${asset.key}".`)
    const store = await new StoreCatalog(this.#options.pool).record(base.store_id)
    return { store, key: base.remote_key, version: base.remote_version }
  }
}

async function* closing(stream: AsyncIterable<Uint8Array>, close: () => Promise<void>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } finally {
    await close()
  }
}
