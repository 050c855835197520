import type { AssetMetadata } from '../ports/asset-metadata.ts'

/** One side of a conflict as it was when it was found. Sizes are bytes, times ISO. */
export interface ConflictSide {
  readonly key: string
  /** Hex; null where nobody hashed it. The vault has it wherever something was decided. */
  readonly sha256: string | null
  readonly size: number
  readonly mime_type: string | null
  readonly modified_at: string | null
  readonly metadata: AssetMetadata
  /** The store's version of the object; null on the library's side. */
  readonly version: string | null
  /** The asset's revision; null on the store's side. */
  readonly revision: number | null
}
