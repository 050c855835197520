/** A row of the table in SYNC's specification, `R1` to `R25`. */
export type RuleId = `R${number}`

/** Why something is held back. The operation shows it as an item, and the store as a difference. */
export type HoldReason = 'absent_in_store' | 'deleted_in_library' | 'deleted_on_both' | 'conflict'

/** What to do about one key. Every decision names the rule that made it. */
export type Decision =
  /** Nothing to do: both sides agree, or the store's mode does not ask for it. */
  | { readonly kind: 'nothing'; readonly rule: RuleId }
  /** The content agrees, only the cheap evidence changed: record the new version. */
  | { readonly kind: 'refresh'; readonly rule: RuleId }
  /** Cannot be decided before the object was read: hash it and ask again. */
  | { readonly kind: 'hash'; readonly rule: RuleId }
  /** Bring the store's content into the library. With `ifRevision` only while the asset is still at that revision. */
  | { readonly kind: 'pull'; readonly rule: RuleId; readonly ifRevision: number | null }
  /** Bring the library's content into the store: only over that version, with null only where nothing is. */
  | { readonly kind: 'push'; readonly rule: RuleId; readonly ifVersion: string | null }
  /** Both sides have the same: make it the base, without a transfer. */
  | { readonly kind: 'adopt'; readonly rule: RuleId; readonly ifRevision: number }
  /** Not settled by this version: report it, change nothing. */
  | { readonly kind: 'hold'; readonly rule: RuleId; readonly reason: HoldReason }
