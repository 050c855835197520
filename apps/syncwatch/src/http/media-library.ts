import type { LiveRow, OperationRow, StoreSummary } from '@syncwatch/core'
import type { StoredContent } from './assets/content-response.ts'

/** Who asked for something, for the operation's row. */
export interface AskedBy {
  readonly triggered_by: string
  readonly source: 'manual' | 'api'
}

export interface NewStore {
  readonly kind: 'folder'
  readonly location: string
  readonly name?: string
  readonly mode?: 'two-way' | 'pull' | 'push'
  readonly content_mode?: 'full' | 'reference'
}

/** What the routes of stores and assets work with. Every method rejects with a documented code. */
export interface MediaLibrary {
  listStores(): Promise<StoreSummary[]>
  getStore(id: string): Promise<StoreSummary>
  addStore(store: NewStore): Promise<StoreSummary>
  removeStore(id: string): Promise<void>
  /** Looks whether a store can be reached; a failure is an answer, not an error. */
  testStore(id: string): Promise<{ ok: boolean; message: string }>
  /** Begins a run: the operation and its job are committed together. `store_busy` while one is under way. */
  syncStore(id: string, by: AskedBy): Promise<OperationRow>
  listAssets(query: { limit: number; cursor?: string }): Promise<{ items: LiveRow[]; next_cursor: string | null }>
  getAsset(id: string): Promise<LiveRow>
  openContent(id: string): Promise<StoredContent>
  /** Rejects `not_found` where there is none (yet). */
  openThumbnail(id: string): Promise<StoredContent>
}
