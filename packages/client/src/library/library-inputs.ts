import type { AssetSyncState, ConflictRow, ConflictState, StoreSummary } from '@syncwatch/core'
import type { PageQuery } from '../http/api-inputs.ts'

export type AssetKind = 'image' | 'video' | 'audio' | 'other'

export interface AssetsQuery extends PageQuery {
  /** Only assets whose key contains this, letter case aside. */
  search?: string
  /** Only assets directly in this folder; `/` is the root. */
  folder?: string
  key?: string
  type?: AssetKind
  sync_state?: AssetSyncState
}

/** A folder of the library, with how many assets lie directly in it; '' is the root. */
export interface FolderRow {
  folder: string
  asset_count: number
}

/** What an edit of an asset may set; null takes a value away. */
export interface AssetEdit {
  key?: string
  display_name?: string | null
  description?: string | null
  alt_text?: string | null
  tags?: string[]
  custom?: Record<string, unknown>
}

/** Which asset, as what revision it was decided on. */
export interface AssetAtRevision {
  id: string
  revision: number
}

export interface ConflictsQuery extends PageQuery {
  state?: readonly ConflictState[]
  store_id?: string
}

export interface ResolvedConflicts {
  resolved: ConflictRow[]
  failed: { id: string; code: string; message: string }[]
}

/** A place that is to be connected. `location` is an absolute path on the server. */
export interface NewStoreInput {
  kind?: 'folder'
  location: string
  name?: string
  mode?: StoreSummary['mode']
  content_mode?: StoreSummary['content_mode']
  conflict_policy?: StoreSummary['conflict_policy']
  prefixes?: string[]
  sentinel?: string | null
}

/** What can be changed of a store, from its next run on. */
export interface StoreEdit {
  name?: string
  mode?: StoreSummary['mode']
  /** A paused store is synced by hand alone. */
  paused?: boolean
  conflict_policy?: StoreSummary['conflict_policy']
  /** Deletes within 24 hours before a person is asked; null for the default of max(10, 10 %). */
  delete_limit?: number | null
  /** The folders that are synced, each written as it is in the store; [] for everything. */
  prefixes?: string[]
  /** A file of the store that must be there before anything counts as deleted; null for none. */
  sentinel?: string | null
}

/** What a try found, as a sentence. */
export interface StoreTest {
  ok: boolean
  message: string
}

export interface CollectionEdit {
  name?: string
  description?: string | null
}
