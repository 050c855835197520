import type {
  AssetDetail,
  AssetReplicaRow,
  AssetRow,
  OperationRow,
  OperationSource,
  StoreSummary,
} from '@syncwatch/core'
import type {
  AssetQuery,
  Collections,
  Conflicts,
  EditStore,
  FolderRow,
  HeldPlans,
  LibraryEditor,
  PlanPreview,
} from '@syncwatch/sync'
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
  readonly conflict_policy?: 'keep-both' | 'newer' | 'library' | 'store' | 'manual'
  readonly prefixes?: string[]
  readonly sentinel?: string | null
}

/** What the routes of stores and assets work with. Every method rejects with a documented code. */
export interface MediaService {
  readonly editor: LibraryEditor
  readonly collections: Collections
  readonly conflicts: Conflicts
  readonly plans: HeldPlans
  listStores(): Promise<StoreSummary[]>
  getStore(id: string): Promise<StoreSummary>
  addStore(store: NewStore): Promise<StoreSummary>
  editStore(id: string, edit: EditStore): Promise<StoreSummary>
  removeStore(id: string): Promise<void>
  /** `confirm` is the store's name, typed again. Rejects `confirmation_needed` for anything else. */
  forgetIdentity(id: string, confirm: string): Promise<StoreSummary>
  /** Looks whether a store can be reached; a failure is an answer, not an error. */
  testStore(id: string): Promise<{ ok: boolean; message: string }>
  /** The same of a place that is not connected (yet). */
  testPlace(store: NewStore): Promise<{ ok: boolean; message: string }>
  /** Begins a run: the operation and its job are committed together. Joins the run that waits or is under way. */
  syncStore(id: string, by: AskedBy): Promise<OperationRow>
  /** What a run would do now. */
  previewPlan(id: string, signal: AbortSignal): Promise<PlanPreview>
  /** Begins a verification. Rejects `store_busy` while a run waits or is under way. */
  verifyStore(id: string, content: 'metadata' | 'full', by: AskedBy): Promise<OperationRow>
  /** Begins an ended operation anew; a run on a store gets its job as well. */
  retryOperation(id: string, by: { triggered_by?: string; source?: OperationSource }): Promise<OperationRow>
  listAssets(query: AssetQuery): Promise<{ items: AssetRow[]; next_cursor: string | null }>
  listFolders(): Promise<FolderRow[]>
  /** Live or in the trash. */
  getAsset(id: string): Promise<AssetDetail>
  listReplicas(id: string): Promise<AssetReplicaRow[]>
  openContent(id: string): Promise<StoredContent>
  /** Live or in the trash. Rejects `not_found` where there is none (yet). */
  openThumbnail(id: string): Promise<StoredContent>
  /** Those of the assets that have a thumbnail. */
  pictured(ids: readonly string[]): Promise<ReadonlySet<string>>
  openVersionThumbnail(id: string, versionId: string): Promise<StoredContent>
  /** What one side of a conflict had. Rejects `not_found` where the library does not have it. */
  openConflictSide(id: string, side: 'library' | 'store'): Promise<StoredContent>
  openConflictThumbnail(id: string, side: 'library' | 'store'): Promise<StoredContent>
}
