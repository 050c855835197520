import type { AssetDetail, AssetUsage, AssetVersion } from '@syncwatch/core'
import type { Page } from '@syncwatch/status-manager'
import type { AssetEdit } from './asset-edit-schema.ts'
import { addUsage, listUsage, removeUsage, type UsageReference } from './asset-usage.ts'
import { listVersions, readVersion, restoreVersion } from './asset-versions.ts'
import { type CreatedAsset, createAsset } from './create-asset.ts'
import { type DeleteAssets, deleteAssets } from './delete-assets.ts'
import { editAsset } from './edit-asset.ts'
import type { EditedBy, LibraryContext } from './library-context.ts'
import { countTrash, listTrash } from './list-trash.ts'
import { purgeTrash } from './purge-trash.ts'
import { readDetail } from './read-detail.ts'
import { replaceContent } from './replace-content.ts'
import { restoreAsset } from './restore-asset.ts'

/**
 * The library as people change it. Every change is conditional on the revision that the person was looking at, committed before
 * it resolves, and handed on to the stores afterwards. The functions that it is made of say which errors they reject.
 */
export class LibraryEditor {
  readonly #context: LibraryContext

  constructor(context: LibraryContext) {
    this.#context = context
  }

  detail(id: string): Promise<AssetDetail> {
    return readDetail(this.#context.pool, id)
  }

  edit(id: string, edit: AssetEdit, by: EditedBy): Promise<AssetDetail> {
    return editAsset(this.#context, id, edit, by)
  }

  replaceContent(
    id: string,
    stream: AsyncIterable<Uint8Array>,
    by: EditedBy & { readonly signal?: AbortSignal },
  ): Promise<AssetDetail> {
    return replaceContent(this.#context, id, stream, by)
  }

  create(
    key: string,
    stream: AsyncIterable<Uint8Array>,
    by: { readonly by: string; readonly signal?: AbortSignal },
  ): Promise<CreatedAsset> {
    return createAsset(this.#context, key, stream, by)
  }

  delete(request: DeleteAssets): Promise<{ trashed: string[] }> {
    return deleteAssets(this.#context, request)
  }

  restore(id: string, by: EditedBy & { readonly key?: string }): Promise<AssetDetail> {
    return restoreAsset(this.#context, id, by)
  }

  trash(page?: { limit?: number; cursor?: string }): Promise<Page<AssetDetail>> {
    return listTrash(this.#context.pool, page)
  }

  trashCount(): Promise<number> {
    return countTrash(this.#context.pool)
  }

  /** Removes these from the trash for good. Resolves to how many went. */
  purge(ids: readonly string[]): Promise<number> {
    return purgeTrash(this.#context.pool, { before: null, ids })
  }

  versions(id: string): Promise<AssetVersion[]> {
    return listVersions(this.#context.pool, id)
  }

  version(id: string, versionId: string): Promise<AssetVersion> {
    return readVersion(this.#context.pool, id, versionId)
  }

  /** The bytes of a version; the vault has them while it is listed. */
  async versionContent(
    { sha256 }: AssetVersion,
    range?: { start: number; end: number },
  ): Promise<AsyncIterable<Uint8Array>> {
    return this.#context.vault.read(sha256, range)
  }

  restoreVersion(id: string, versionId: string, by: EditedBy): Promise<AssetDetail> {
    return restoreVersion(this.#context, id, versionId, by)
  }

  usage(id: string): Promise<AssetUsage[]> {
    return listUsage(this.#context.pool, id)
  }

  addUsage(id: string, usage: UsageReference): Promise<AssetUsage> {
    return addUsage(this.#context.pool, id, usage)
  }

  removeUsage(id: string, usage: UsageReference): Promise<void> {
    return removeUsage(this.#context.pool, id, usage)
  }
}
