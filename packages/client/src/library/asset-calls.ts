import type { AssetDetail, AssetReplicaRow, AssetRow, AssetUsage, AssetVersion } from '@syncwatch/core'
import type { CallOptions, Page } from '../http/api-inputs.ts'
import { contentVersion } from './content-address.ts'
import type { AssetAtRevision, AssetEdit, AssetsQuery, FolderRow } from './library-inputs.ts'
import type { LibraryRequest } from './library-request.ts'

/** Assets. `revision` is the one that a change was decided on: `revision_stale` where it is another one by now. */
export interface AssetCalls {
  /** Latest first. */
  list(query?: AssetsQuery, options?: CallOptions): Promise<Page<AssetRow>>
  folders(options?: CallOptions): Promise<Page<FolderRow>>
  /** Live or in the trash. */
  get(id: string, options?: CallOptions): Promise<AssetDetail>
  replicas(id: string, options?: CallOptions): Promise<Page<AssetReplicaRow>>
  versions(id: string, options?: CallOptions): Promise<Page<AssetVersion>>
  usage(id: string, options?: CallOptions): Promise<Page<AssetUsage>>
  /** Makes an asset of bytes, such as a `Blob`. */
  create(key: string, content: unknown, options?: CallOptions): Promise<AssetDetail>
  edit(id: string, revision: number, edit: AssetEdit, options?: CallOptions): Promise<AssetDetail>
  replaceContent(id: string, revision: number, content: unknown, options?: CallOptions): Promise<AssetDetail>
  /** Into the trash. `force`: although the app uses it (`asset_in_use` otherwise). */
  delete(id: string, revision: number, force?: boolean, options?: CallOptions): Promise<AssetDetail>
  /** Several into the trash, all or none. */
  deleteAll(assets: readonly AssetAtRevision[], force?: boolean, options?: CallOptions): Promise<{ trashed: string[] }>
  /** Out of the trash; `key`: under another name, where its own was taken (`asset_exists`). */
  restore(id: string, revision: number, key?: string, options?: CallOptions): Promise<AssetDetail>
  /** Gives it content that it had before. */
  restoreVersion(id: string, versionId: string, revision: number, options?: CallOptions): Promise<AssetDetail>
  contentUrl(id: string, sha256?: string | null): string
  thumbnailUrl(id: string, sha256?: string | null): string
  versionUrl(version: AssetVersion, what: 'content' | 'thumbnail'): string
}

export function assetCalls({ call, url }: LibraryRequest): AssetCalls {
  return {
    list: (query, o) => call('GET', ['assets'], o, { query }),
    folders: (o) => call('GET', ['folders'], o),
    get: (id, o) => call('GET', ['assets', id], o),
    replicas: (id, o) => call('GET', ['assets', id, 'replicas'], o),
    versions: (id, o) => call('GET', ['assets', id, 'versions'], o),
    usage: (id, o) => call('GET', ['assets', id, 'usage'], o),
    create: (key, content, o) => call('POST', ['assets'], o, { query: { key }, content }),
    edit: (id, revision, edit, o) => call('PATCH', ['assets', id], o, { body: { ...edit, revision } }),
    replaceContent: (id, revision, content, o) => call('PUT', ['assets', id, 'content'], o, { content, revision }),
    delete: (id, revision, force = false, o) =>
      call('DELETE', ['assets', id], o, { revision, ...(force && { query: { force } }) }),
    deleteAll: (assets, force = false, o) =>
      call('POST', ['assets', 'delete'], o, { body: { assets, count: assets.length, ...(force && { force }) } }),
    restore: (id, revision, key, o) =>
      call('POST', ['assets', id, 'restore'], o, { body: { revision, ...(key !== undefined && { key }) } }),
    restoreVersion: (id, versionId, revision, o) =>
      call('POST', ['assets', id, 'versions', versionId, 'restore'], o, { body: { revision } }),
    contentUrl: (id, sha256) => url(['assets', id, 'content'], contentVersion(sha256)),
    thumbnailUrl: (id, sha256) => url(['assets', id, 'thumbnail'], contentVersion(sha256)),
    versionUrl: ({ asset_id, id, sha256 }, what) =>
      url(['assets', asset_id, 'versions', id, what], contentVersion(sha256)),
  }
}
