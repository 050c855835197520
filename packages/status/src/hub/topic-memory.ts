import type { LiveRow, OperationCounts } from '@syncwatch/core'
import type { Changed } from '../queries/operation-columns.ts'
import type { RowChange } from './live-hub.ts'

/** An id that is gone, and the transaction that removed it. */
export interface Removal {
  readonly id: string
  readonly changed: bigint
}

/** What was read of one topic: the whole view, or what changed at or after a cursor. */
export interface TopicRead {
  readonly rows: readonly Changed<LiveRow>[]
  readonly removed: readonly Removal[]
  /** True when older changes were left out because there were too many. */
  readonly isCut?: boolean
  /** Removals before this are not all there, because there were too many. */
  readonly removedFrom?: bigint | undefined
}

/** What a change meant for those who watch. */
export interface MemoryChange {
  readonly changes: readonly RowChange[]
  readonly removed: readonly string[]
}

/** The rows of one topic in memory, with the transaction that changed each, so that resumes need no database. */
export interface TopicMemory {
  /** Takes what was read or committed. Rows that are known at this or a later `rev` change nothing. */
  apply(read: TopicRead): MemoryChange
  /** Every row in view, oldest first. */
  rows(): readonly LiveRow[]
  counts(): OperationCounts | null
  /** Null when what is held cannot answer for everything since. */
  since(cursor: bigint): { rows: readonly LiveRow[]; removed: readonly string[] } | null
  /** Resumes from below this cursor need removals that are forgotten. */
  raiseFloor(floor: bigint): void
  /** Nothing at or below is of use any more for telling first from second readings. */
  settleBelow(cursor: bigint): void
}
