/** How often things go wrong, each from 0 (never) to 1. */
export interface StoreFaults {
  /** The listing ends early and says that it was complete. */
  readonly truncatedListing: number
  /** The listing shows what was there up to a minute ago and says that it is complete. */
  readonly staleListing: number
  /** The listing shows nothing and says that it is complete. */
  readonly emptyListing: number
  /** The listing says itself that it missed something. */
  readonly incompleteListing: number
  /** A page of the listing is refused: `rate_limited` or `store_unavailable`. */
  readonly failingPage: number
  /** A call is refused before it did anything: 420 and 429, as `rate_limited` with `retry_after_ms` in its details. */
  readonly rateLimit: number
  /** A call fails before it did anything: a 500, as `store_unavailable`. */
  readonly serverError: number
  /** A write is done and its answer is lost: `timeout`. */
  readonly lostAnswer: number
  /** Reading breaks off in the middle: `store_unavailable`. */
  readonly brokenRead: number
}

export const NO_FAULTS: StoreFaults = {
  truncatedListing: 0,
  staleListing: 0,
  emptyListing: 0,
  incompleteListing: 0,
  failingPage: 0,
  rateLimit: 0,
  serverError: 0,
  lostAnswer: 0,
  brokenRead: 0,
}
