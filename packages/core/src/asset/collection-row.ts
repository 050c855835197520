/** A named list of assets. */
export interface CollectionRow {
  id: string
  /** Raised by each change of it; a change is conditional on it. */
  revision: number
  name: string
  description: string | null
  asset_count: number
  created_by: string | null
  created_at: string
  updated_at: string
}
