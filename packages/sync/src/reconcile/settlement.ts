import type { AssetMetadata } from '../ports/asset-metadata.ts'

/** A row of the table in SPEC.md, `R1` to `R25`. */
export type RuleId = `R${number}`

/** What is to become of the library's side. */
export type LibraryChange =
  | { readonly kind: 'none' }
  /** A new asset with the store's content and metadata, under the store's key. */
  | { readonly kind: 'create' }
  /** Only while the asset has `revision`. `restore` takes it out of the trash. */
  | {
      readonly kind: 'change'
      readonly revision: number
      readonly key: string | null
      readonly content: boolean
      readonly metadata: AssetMetadata | null
      readonly restore: boolean
    }
  /** Into the trash: inferred from absence, therefore behind all gates. */
  | { readonly kind: 'trash'; readonly revision: number }

/** What is to become of the store's side. */
export type StoreChange =
  | { readonly kind: 'none' }
  /** The library's content and metadata under the library's key, only where nothing is. */
  | { readonly kind: 'create' }
  /** Only over `version`. */
  | {
      readonly kind: 'change'
      readonly version: string
      readonly key: string | null
      readonly content: boolean
      readonly metadata: AssetMetadata | null
    }
  /** Only of `version`; decided in the library, therefore behind the gates 4, 8 and 9. */
  | { readonly kind: 'delete'; readonly version: string }

/**
 * The side that lost a conflict. `copy`: its content (and object) lives on as an asset of its own under a conflict name on both
 * sides. `trash`: its content is kept as a version of the asset. `name`: only a name was lost, so the thing itself, with all that is
 * settled about it, is called by a conflict name on both sides, whatever stands as `key` (`create` makes it under that name).
 */
export interface Loser {
  readonly side: 'library' | 'store'
  readonly kept: 'copy' | 'trash' | 'name'
  /** Whether the asset loses its name besides: as with `name`, the thing is called by a conflict name on both sides. */
  readonly alsoName?: boolean
}

/** Whether the thing is to be called by a conflict name that is not known yet. */
export function losesName(loser: Loser | null): boolean {
  return loser !== null && (loser.kept === 'name' || loser.alsoName === true)
}

export type HoldReason =
  /** The policy `manual`, or one that cannot decide. */
  | 'conflict'
  /** A gate that is closed; the gate stands beside it. */
  | 'gate'
  /** Two names that this store, or another one, cannot tell apart (R25). */
  | 'name_collision'
  /** The store's mode does not let it be written, or not be taken in, and the sides differ. */
  | 'mode'

/**
 * What is to be done about one thing: the state in which both sides agree, not the steps to it. Whoever performs it takes the steps
 * in an order in which a crash after any of them is settled by the next comparison.
 */
export type Settlement =
  /** Both sides agree already, or nothing may be concluded. */
  | { readonly kind: 'nothing'; readonly rule: RuleId }
  /** Cannot be decided before more is known: read it, and ask again. */
  | { readonly kind: 'look'; readonly rule: RuleId; readonly at: 'content' | 'metadata' | 'object' }
  | {
      readonly kind: 'settle'
      readonly rule: RuleId
      readonly library: LibraryChange
      readonly store: StoreChange
      readonly loser: Loser | null
      /**
       * `agree`: the base becomes what the store has then, which is what both have except where the mode `pull` leaves the library its
       * own names and descriptions. `tombstone`: it is gone on both sides. `release`: the base row goes.
       */
      readonly base: 'agree' | 'tombstone' | 'release'
    }
  | { readonly kind: 'hold'; readonly rule: RuleId; readonly reason: HoldReason }
