/** Keeps a run of a store, and syncs of single assets beside it, from working on the same thing at once. */
export interface StoreTurns {
  /** Resolves when no single asset of the store is being synced, and keeps new ones waiting. Rejects when the signal is aborted. */
  begin(signal: AbortSignal): Promise<StoreTurn>
}

export interface StoreTurn {
  /** From now on only what has one of these names (ids of assets, names in the store) is kept from others. */
  narrow(names: readonly string[]): Promise<void>
  /** The same with all that is in the plan of the run, which may be more than can be named: whoever comes looks it up there. */
  narrowToPlan(): Promise<void>
  end(): Promise<void>
}
