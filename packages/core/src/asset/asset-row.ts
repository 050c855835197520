import type { AssetId } from '../ids.ts'

/** An asset of the library as lists and the live topic `assets` show it. Sizes are bytes, times ISO 8601. */
export interface AssetRow {
  id: AssetId
  rev: number
  /** Folder and name, `/`-separated. */
  key: string
  folder: string
  name: string
  /** Hex; null where a store in reference mode has not told it. */
  sha256: string | null
  size: number
  mime_type: string | null
  /** Pixels; null until they were read, and for what is no image. */
  width: number | null
  height: number | null
  created_at: string
  updated_at: string
}
