/** A place where the app uses an asset, in the app's own words. */
export interface AssetUsage {
  /** What it is used in, such as `page` or `product`. */
  used_in: string
  /** Which one, such as its id. */
  reference: string
  created_at: string
}
