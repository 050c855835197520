import type { StoreId } from '../ids.ts'

export const CONFLICT_STATES = ['open', 'resolved', 'undone'] as const
export type ConflictState = (typeof CONFLICT_STATES)[number]

/** Whose content (or whose delete) an asset has after a conflict; `both` keeps two assets. */
export const CONFLICT_RESOLUTIONS = ['library', 'store', 'both'] as const
export type ConflictResolution = (typeof CONFLICT_RESOLUTIONS)[number]

/** One side of a conflict as it was when it was found. Sizes are bytes, times ISO 8601. */
export interface ConflictSideRow {
  key: string
  /** Hex; null where nobody hashed it. */
  sha256: string | null
  size: number
  mime_type: string | null
  modified_at: string | null
  metadata: {
    display_name: string | null
    description: string | null
    alt_text: string | null
    tags: string[]
    custom: Record<string, unknown>
  }
  /** The store's version of the object; null on the library's side. */
  version: string | null
  /** The asset's revision; null on the store's side. */
  revision: number | null
}

/** Both sides of an asset were changed. A side that was deleted is null. */
export interface ConflictRow {
  id: string
  /** Null where the store was disconnected since. */
  store_id: StoreId | null
  store_name: string | null
  asset_id: string | null
  /** The asset that the side which did not keep the key lives on as. */
  copy_asset_id: string | null
  key: string
  /** The rule of the engine that found it, such as `R8`. */
  rule: string
  /** What was done when it was found. `held`: nothing, both sides still differ. */
  outcome: 'held' | 'keep-both' | 'newer' | 'library' | 'store'
  state: ConflictState
  library_side: ConflictSideRow | null
  store_side: ConflictSideRow | null
  resolution: ConflictResolution | null
  resolved_by: string | null
  resolved_at: string | null
  /** When it was carried out; a held one that was decided waits for the next run of its store. */
  applied_at: string | null
  created_at: string
  updated_at: string
}
