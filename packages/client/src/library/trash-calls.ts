import type { AssetDetail } from '@syncwatch/core'
import type { CallOptions, Page, PageQuery } from '../http/api-inputs.ts'
import type { LibraryRequest } from './library-request.ts'

/** What was deleted and can be restored. */
export interface TrashCalls {
  /** Last deleted first. */
  list(query?: PageQuery, options?: CallOptions): Promise<Page<AssetDetail>>
  /** Removes for good (administrators), at most 1,000 at once. */
  purge(ids: readonly string[], options?: CallOptions): Promise<{ purged: number }>
}

export function trashCalls({ call }: LibraryRequest): TrashCalls {
  return {
    list: (query, o) => call('GET', ['trash'], o, { query }),
    purge: (ids, o) => call('POST', ['trash', 'purge'], o, { body: { ids, count: ids.length } }),
  }
}
