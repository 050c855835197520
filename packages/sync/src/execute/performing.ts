import type { AssetId, Clock, Random } from '@syncwatch/core'
import type { LedgerRun, PlannedRow } from '../ports/ledger.ts'
import type { MediaInspector } from '../ports/media-inspector.ts'
import type { OtherStores } from '../ports/other-stores.ts'
import type { Store } from '../ports/store.ts'
import type { Vault } from '../ports/vault.ts'
import type { StoreRecord } from '../stores/store-record.ts'
import type { LeftNames } from './left-names.ts'

/** The loser of a conflict as an asset of its own, on both sides, and committed. */
export interface ConflictCopy {
  readonly assetId: AssetId
  readonly key: string
}

/** What it takes to bring two sides to a settlement. */
export interface Performing {
  readonly record: StoreRecord
  readonly store: Store
  readonly vault: Vault
  readonly ledger: LedgerRun
  /** Where bytes are that the vault does not keep; nowhere where it is left out. */
  readonly otherStores?: OtherStores | undefined
  readonly inspector: MediaInspector
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  readonly durability: 'full' | 'relaxed'
  /** Names under which this run put an object: nobody else may take what is there for new. */
  readonly claimed: Set<string>
  readonly left: LeftNames
  /** Copies that this run made, by the `seq` of their row and their hash. */
  readonly copies: Map<string, ConflictCopy>
  /** What this run found not to be true although it was said: then nothing is concluded from an absence any more. */
  readonly doubts: Set<'listing'>
  /** Told of bytes as they are read, so that a large file shows that it moves. */
  onBytes(row: PlannedRow, count: number): void
}
