/** The gates of SPEC.md, by number. */
export type GateId = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/** What one comparison came to, counted by the database before anything is done. */
export interface PlanCounts {
  /** Base rows of this store that are in scope. */
  readonly base: number
  /** Base rows whose object a complete listing did not show, while the asset is live. */
  readonly absentInStore: number
  /** Base rows whose asset is in the trash or gone, while the object is there; without those that a named person approved. */
  readonly deletedInLibrary: number
  /** Base rows whose object has another version now. */
  readonly changedInStore: number
  /** Base rows whose asset has other content now. */
  readonly changedInLibrary: number
  /** Base rows that lie outside the scope of the store as it is configured now. */
  readonly outOfScope: number
}

/** What the gates look at besides. */
export interface GateEvidence {
  readonly counts: PlanCounts
  readonly listing: {
    readonly complete: boolean
    readonly listed: number
    /** Whether the identity marker was read in this listing (gate 5). */
    readonly markerSeen: boolean
    /** Null where no sentinel is configured (gate 7). */
    readonly sentinelSeen: boolean | null
  }
  /** Deletes inferred for this store in the 24 hours before. */
  readonly inferredDeletes24h: number
  /** Deletes that travelled to this store in the 24 hours before and that nobody named approved. */
  readonly libraryDeletes24h: number
  /** Null for the default of max(10, 10 %). */
  readonly deleteLimit: number | null
  readonly scopeChanged: boolean
  readonly identity: 'same' | 'first' | 'replaced' | 'restored'
}

/** A gate that is closed, and why, with the numbers that closed it. */
export interface ClosedGate {
  readonly gate: GateId
  readonly guards: 'inferred_deletes' | 'library_deletes' | 'store_overwrites' | 'library_overwrites'
  readonly message: string
}
