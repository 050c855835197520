/** Content that an asset had before, still kept. Size is bytes. */
export interface AssetVersion {
  id: string
  asset_id: string
  key: string
  sha256: string
  size: number
  mime_type: string | null
  content_modified_at: string | null
  /** Why it is not the current one any more, such as `replaced` or `restored`. */
  reason: string
  replaced_by: string | null
  replaced_at: string
}
