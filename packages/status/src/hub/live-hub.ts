import type { Cursor, LiveRow, OperationCounts, Topic } from '@syncwatch/core'
import type { TopicSource } from './topic-source.ts'

/**
 * What is committed, in memory, for everybody who watches on this node. Rows come from the database alone (what a flush
 * returned, or what was read since the cursor), so live equals committed.
 */
export interface LiveHub {
  /** Names the history that cursors belong to: another epoch means another (or a restored) database. */
  readonly epoch: string
  /** Loads a topic if nobody on this node follows it yet, and keeps it loaded until the view is closed. */
  open(topic: Topic): Promise<TopicView>
  /**
   * Resolves once a reading that began after a moment of the monotonic clock has reached every view: what a view holds then
   * is no older than what anybody was shown by any node up to that moment. `soon` asks for that reading, `anyway` waits for
   * the next one that comes by itself, within a second and a half. Rejects as `open` does where the database cannot be read.
   */
  readAfter(moment: number, when: 'soon' | 'anyway'): Promise<void>
  /** How many views are open. With none, progress is flushed once a second. */
  readonly watchers: number
  readonly state: HubState
  /** Calls back after each change of state, in order. Returns the way to stop. */
  onState(listener: (state: HubState) => void): () => void
  /** Gives a topic that another room owns its rows. A topic that is open already is read anew. */
  registerTopicSource(topic: 'stores' | 'assets', source: TopicSource): void
}

/**
 * `idle`: nobody watches, nothing is read. `live`: up to date. `lost`: the database cannot be reached; what is held stays
 * readable, and what was missed follows once it is back. `reset` is announced, never lasting: the database is another
 * or a restored one, so `epoch` has changed and sessions have to send snapshots.
 */
export type HubState = 'idle' | 'live' | 'lost' | 'reset'

/** One topic, up to date. All methods but `close` are synchronous, so a snapshot and a subscription leave no gap. */
export interface TopicView {
  readonly topic: Topic
  /** The last cursor that was read from the database: what a delta or a snapshot carries. */
  readonly cursor: Cursor
  /** Every row in view, oldest first. */
  rows(): readonly LiveRow[]
  /** With topic `operations`: how many are in each state, beyond the rows that are held. */
  counts(): OperationCounts | null
  /** Rows at or after the cursor and the ids removed since; null when the cursor is below the floor or unknown. */
  since(cursor: Cursor): { rows: readonly LiveRow[]; removed: readonly string[] } | null
  /** Calls back after each change, in order. Returns the way to stop. A listener must not throw. */
  subscribe(listener: (batch: TopicBatch) => void): () => void
  close(): void
}

/** One change as it reaches sessions. The same object goes to all of them, so that a frame can be built once. */
export interface TopicBatch {
  readonly topic: Topic
  readonly cursor: Cursor
  readonly changes: readonly RowChange[]
  readonly removed: readonly string[]
  readonly counts: OperationCounts | null
}

export interface RowChange {
  readonly row: LiveRow
  /** `progress`: nothing but progress fields differ from the row's last state here; `full`: anything may. */
  readonly extent: 'progress' | 'full'
  /** With `progress`: which of its columns differ, as `movedColumns` says it; any of them may unless given. */
  readonly moved?: number
}
