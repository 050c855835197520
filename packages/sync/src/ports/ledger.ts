import type { AssetId, ErrorCode, ItemReport, OperationId, StoreId } from '@syncwatch/core'
import type { ConflictSide } from '../conflicts/conflict-side.ts'
import type { ClosedGate, PlanCounts } from '../plan/gate.ts'
import type { Approval, HeldRow } from '../plan/held-plans.ts'
import type { RuleId } from '../reconcile/settlement.ts'
import type { ConflictPolicy, ThreeTrees } from '../reconcile/three-trees.ts'
import type { StoreRecord } from '../stores/store-record.ts'
import type { AssetMetadata } from './asset-metadata.ts'
import type { StoreIdentity, StoreObject } from './store.ts'

/** What part of a store is synced: keys that begin with one of these; all of them where there is none. */
export interface StoreScope {
  readonly prefixes: readonly string[]
}

/**
 * Where library and base live, as the engine needs them: Postgres in production, memory in the simulator. All set work is done
 * behind it, so that what the engine holds does not grow with the library.
 */
export interface Ledger {
  /** Rejects `store_not_found`. */
  store(id: StoreId): Promise<StoreRecord>
  recordIdentity(id: StoreId, identity: StoreIdentity): Promise<void>
  /** Begins a run. What a dead run of the same store left is dropped; another run of it must not be under way. */
  open(storeId: StoreId, scope: StoreScope): Promise<LedgerRun>
}

export interface CompareOptions {
  /** Whether the listing missed nothing. Otherwise no row is made of what it did not show (R24). */
  readonly complete: boolean
  readonly ids: 'stable' | 'hint' | 'none'
  /** `eventual`: absences are remembered from run to run (gate 3). */
  readonly listing: 'strong' | 'eventual'
  /** Whether the store tells apart names that differ only in case or Unicode form (R25). */
  readonly names: 'exact' | 'folded'
  /** Whether assets without a base belong into this store (its mode is not `pull`). Otherwise no row is made of them. */
  readonly outward: boolean
  /** Only these assets, and what stands under these keys; null for everything. Then the counts say nothing. */
  readonly only: { readonly assetIds: readonly string[]; readonly keys: readonly string[] } | null
  /** Whether rows are made of what does not differ too (`verify`). */
  readonly everything: boolean
}

/** What a comparison came to. */
export interface Compared {
  readonly counts: PlanCounts
  /** Rows of the plan. */
  readonly rows: number
  /** Those of them whose object the listing showed. */
  readonly seen: number
  /** Sizes of the objects that may have to be read. */
  readonly storeBytes: number
  /** Sizes of the assets that may have to be written. */
  readonly libraryBytes: number
  /** Whether the scope is another one than the base was recorded under (gate 8). */
  readonly scopeChanged: boolean
  /** Deletes of the 24 hours before that nobody named approved: inferred from absence, and decided in the library (gate 4). */
  readonly inferredDeletes24h: number
  readonly libraryDeletes24h: number
}

/** A thing on which the three trees do not agree by the cheap evidence. */
export interface PlannedRow {
  /** Rises along the plan, from 1. */
  readonly seq: number
  /** What it is called in front of a person: the store's name for it, else the library's, else the base's. */
  readonly key: string
  /** `library.metadata` is all that the library has: what the store can hold of it is the driver's to say. */
  readonly trees: ThreeTrees
  /** The asset of `trees.library`. */
  readonly assetId: AssetId | null
  /** The base row, or the tombstone. */
  readonly replicaId: string | null
  /** What the listing showed of `trees.store`, null where it did not. */
  readonly object: StoreObject | null
  /** The name that a run before this one was giving to the object of the base, without telling how that ended; else null. */
  readonly movingTo: string | null
  /** Size of the library's content, null without an asset. */
  readonly size: number | null
  readonly mimeType: string | null
  /** Another name that is the same where case or Unicode form do not count: in this store, or in the library (R25). */
  readonly twin: string | null
  /** How long ago an earlier complete listing missed it first, in milliseconds; null where none did (gate 3). */
  readonly missingForMs: number | null
  /** The named person who deleted the asset having been shown how many go; null where it was another way, or no delete. */
  readonly approvedBy: string | null
  /** How a person decided a held conflict, while both sides are what that person saw; else null. */
  readonly decision: { readonly conflictId: string; readonly policy: ConflictPolicy } | null
  /** Whether it is known to differ since an earlier run. */
  readonly knownToDiffer: boolean
}

/** Content as the library records it. */
export interface AssetContent {
  readonly sha256: string
  readonly size: number
  readonly mimeType: string | null
  /** ISO time of the last change. */
  readonly modifiedAt: string | null
}

/** A change of the library. */
export type AssetWrite =
  /** Refused where another live asset has the key. The id is new; the same write again is no second asset. */
  | {
      readonly kind: 'create'
      readonly id: AssetId
      readonly key: string
      readonly content: AssetContent
      readonly metadata: AssetMetadata
    }
  /** Refused unless the asset has that revision, and where another live asset has the key. What is null stays. Content that it replaces is kept as a version. */
  | {
      readonly kind: 'change'
      readonly id: AssetId
      readonly revision: number
      readonly key: string | null
      readonly content: AssetContent | null
      readonly metadata: AssetMetadata | null
      readonly restore: boolean
    }
  | { readonly kind: 'trash'; readonly id: AssetId; readonly revision: number; readonly reason: string }
  /** Content that lost a conflict: kept as a version of the asset, which stays what it is. */
  | {
      readonly kind: 'keep-version'
      readonly id: AssetId
      readonly key: string
      readonly content: AssetContent
      readonly reason: string
    }

/** A change of the base. */
export type BaseWrite =
  /**
   * Both sides agree on this. `revision` is the library's revision that was compared; null for the one that the asset has after
   * the asset writes of this entry. What it replaces of this asset in this store (a tombstone, another key) goes.
   */
  | {
      readonly kind: 'agree'
      readonly assetId: AssetId
      readonly object: StoreObject
      readonly sha256: string | null
      readonly metadata: AssetMetadata
      readonly revision: number | null
    }
  /** Gone on both sides. `version` is the last one that was there. */
  | {
      readonly kind: 'tombstone'
      readonly replicaId: string
      readonly version: string
      readonly cause: 'store' | 'library' | 'both'
      readonly approvedBy: string | null
    }
  /** The base row (or the tombstone) goes, both sides keep what they have. */
  | { readonly kind: 'release'; readonly replicaId: string }
  /**
   * It is in the store under `from`, and is about to be called `to` there: after a crash it stands under either. Ends with the next
   * agreement.
   */
  | { readonly kind: 'moving'; readonly replicaId: string; readonly from: string; readonly to: string }
  /** It still differs. Written only where it was not known to, or where the reason is another one. */
  | { readonly kind: 'differs'; readonly replicaId: string; readonly code: ErrorCode }
  /** It was looked at and agrees, now (`verify`). */
  | { readonly kind: 'verified'; readonly replicaId: string }

/** A conflict as it was settled, or `held`: to be decided by a person. */
export interface ConflictNote {
  readonly assetId: AssetId | null
  readonly copyAssetId: AssetId | null
  readonly key: string
  readonly rule: RuleId
  readonly outcome: 'held' | Exclude<ConflictPolicy, 'manual'>
  readonly library: ConflictSide | null
  readonly store: ConflictSide | null
}

/** What became of one thing; all of it is committed, or nothing. */
export interface LedgerEntry {
  readonly assets: readonly AssetWrite[]
  readonly bases: readonly BaseWrite[]
  readonly conflict: ConflictNote | null
  /** Held conflicts that a person decided and that are settled now. */
  readonly applied: readonly string[]
  /** What is shown of it when it is committed, and when it is refused because the library is another one meanwhile. */
  readonly item: ItemReport | null
  readonly refusedItem: ItemReport | null
}

/** The live asset that has a name. */
export interface TakenName {
  readonly id: AssetId
  readonly sha256: string | null
  /** ISO time of the last change of content, null where nobody knows. */
  readonly modifiedAt: string | null
}

/** An object that has content. */
export interface ContentHolder {
  readonly storeId: StoreId
  readonly storeName: string
  readonly key: string
  readonly version: string
  /** The other name under which it may stand there, where it is being renamed: that may have given it another version, too. */
  readonly movingTo: string | null
  /** Whether that store's own run found that it has lost them, and that nobody could give them back to it. */
  readonly lost: boolean
}

/** What a run leaves behind. */
export interface FinishedRun {
  readonly operationId: OperationId
  readonly startedAt: Date
  /** Null for a listing that was not complete, which verifies nothing. */
  readonly complete: { readonly listed: number; readonly differed: number } | null
  /** Things on which both sides still differ. */
  readonly unsettled: number
  readonly failed: number
  /** Whether anything was committed, so that the sums are worth doing. */
  readonly changed: boolean
}

/** One run over a store. Its listing and its plan are gone when it is closed. */
export interface LedgerRun {
  /** Adds objects to the listing. One that comes twice counts as it came last. */
  stage(objects: readonly StoreObject[]): Promise<void>
  /**
   * Compares listing, base and library, and makes the plan of all that differs by the cheap evidence (key, version, metadata
   * version, the library's revision). A base row and an object belong together (1) with the same key, version and remote id;
   * of the rest (2) with the same remote id, where ids are `hint` only with the same version too; of the rest (3) with
   * the same key; of the rest (4) under the name that a run was giving it. Objects without a base belong to the live asset of their key that has no base in this store.
   */
  compare(options: CompareOptions): Promise<Compared>
  /** The next rows of the plan, in the order of `seq`. */
  read(after: number, limit: number): Promise<PlannedRow[]>
  /**
   * Commits a group in one transaction, under the fence of the operation: rejects `fenced` and commits nothing when another
   * attempt has taken over. Tells for each entry whether it was committed; an entry is refused as a whole. Names may be
   * swapped within a group. The same group again changes nothing.
   */
  commit(entries: readonly LedgerEntry[]): Promise<readonly boolean[]>
  /** The live assets that have these names. */
  taken(keys: readonly string[]): Promise<ReadonlyMap<string, TakenName>>
  /** Which of these names a base row of this store stands under, `except` that one. */
  based(keys: readonly string[], except?: string | null): Promise<ReadonlySet<string>>
  /** Where content was when it was agreed on, in this store and in others, by whatever asset has it. */
  elsewhere(sha256: string): Promise<readonly ContentHolder[]>
  /** What a person approved of what an earlier run held back; null where nothing is. */
  approval(): Promise<Approval | null>
  /** Adds to what gates hold back of this run. It may be all that a store has, so it is not kept in memory. */
  keepHeld(rows: readonly HeldRow[]): Promise<void>
  /**
   * Says what gates hold back now, for a person: the same evidence as before is the same plan, nothing at all ends the plan
   * that waits.
   */
  hold(gates: readonly ClosedGate[]): Promise<void>
  /** Forgets base rows outside the scope: before `compare`, which does not see them. Resolves to how many. */
  releaseOutside(): Promise<number>
  /** Records the scope as that of the base, after a run that deleted nothing because it was another one (gate 8). */
  adoptScope(): Promise<void>
  /** Marks the end of a run that went through; after a complete one, what is not in the plan does not differ any more. */
  finish(run: FinishedRun): Promise<void>
  /** Drops listing and plan. */
  close(): Promise<void>
}
