import type { ConflictResolution, ConflictRow } from '@syncwatch/core'
import type { CallOptions, Page } from '../http/api-inputs.ts'
import { contentVersion } from './content-address.ts'
import type { ConflictsQuery, ResolvedConflicts } from './library-inputs.ts'
import type { LibraryRequest } from './library-request.ts'

/** What was changed on both sides. */
export interface ConflictCalls {
  /** Latest first. */
  list(query?: ConflictsQuery, options?: CallOptions): Promise<Page<ConflictRow>>
  get(id: string, options?: CallOptions): Promise<ConflictRow>
  /** Each by itself: those that could not be decided are told with their reason. */
  resolve(ids: readonly string[], resolution: ConflictResolution, options?: CallOptions): Promise<ResolvedConflicts>
  undo(id: string, options?: CallOptions): Promise<ConflictRow>
  /** What one side had. */
  sideUrl(id: string, side: 'library' | 'store', what: 'content' | 'thumbnail', sha256?: string | null): string
}

export function conflictCalls({ call, url }: LibraryRequest): ConflictCalls {
  return {
    list: (query, o) => call('GET', ['conflicts'], o, { query }),
    get: (id, o) => call('GET', ['conflicts', id], o),
    resolve: (ids, resolution, o) =>
      call('POST', ['conflicts', 'resolve'], o, { body: { ids, resolution, count: ids.length } }),
    undo: (id, o) => call('POST', ['conflicts', id, 'undo'], o),
    sideUrl: (id, side, what, sha256) => url(['conflicts', id, side, what], contentVersion(sha256)),
  }
}
