import type { AssetRow, CollectionRow } from '@syncwatch/core'
import type { CallOptions, Page, PageQuery } from '../http/api-inputs.ts'
import type { CollectionEdit } from './library-inputs.ts'
import type { LibraryRequest } from './library-request.ts'

/** Named lists of assets. `revision` is the one that a change was decided on. */
export interface CollectionCalls {
  list(options?: CallOptions): Promise<Page<CollectionRow>>
  get(id: string, options?: CallOptions): Promise<CollectionRow>
  create(input: { name: string; description?: string | null }, options?: CallOptions): Promise<CollectionRow>
  edit(id: string, revision: number, edit: CollectionEdit, options?: CallOptions): Promise<CollectionRow>
  /** Its assets stay. */
  remove(id: string, revision: number, options?: CallOptions): Promise<null>
  /** In its order. */
  assets(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<AssetRow>>
  /** At the end, or at `position` counted from 0; those that are in it already move there. */
  add(
    id: string,
    revision: number,
    assetIds: readonly string[],
    position?: number,
    options?: CallOptions,
  ): Promise<CollectionRow>
  take(id: string, revision: number, assetIds: readonly string[], options?: CallOptions): Promise<CollectionRow>
  reorder(id: string, revision: number, assetIds: readonly string[], options?: CallOptions): Promise<CollectionRow>
}

export function collectionCalls({ call }: LibraryRequest): CollectionCalls {
  const members = (asset_ids: readonly string[], revision: number) => ({ asset_ids, revision })
  return {
    list: (o) => call('GET', ['collections'], o),
    get: (id, o) => call('GET', ['collections', id], o),
    create: (body, o) => call('POST', ['collections'], o, { body }),
    edit: (id, revision, edit, o) => call('PATCH', ['collections', id], o, { body: { ...edit, revision } }),
    remove: (id, revision, o) => call('DELETE', ['collections', id], o, { revision }),
    assets: (id, query, o) => call('GET', ['collections', id, 'assets'], o, { query }),
    add: (id, revision, ids, position, o) =>
      call('POST', ['collections', id, 'assets'], o, {
        body: { ...members(ids, revision), ...(position !== undefined && { position }) },
      }),
    take: (id, revision, ids, o) =>
      call('POST', ['collections', id, 'assets', 'remove'], o, { body: members(ids, revision) }),
    reorder: (id, revision, ids, o) => call('PUT', ['collections', id, 'assets'], o, { body: members(ids, revision) }),
  }
}
