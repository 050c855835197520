import type { Cursor, LiveRow, Topic } from '@syncwatch/core'
import type { TopicMemory, TopicRead } from './topic-memory.ts'

/**
 * Where the rows of a topic come from that another room owns (`stores`, `assets`). The tables behind it set `rev` and
 * `changed_xid` with each write and record removals, see the tables of the status system.
 */
export interface TopicSource {
  /** With null everything in view, else what changed at or after the cursor. Rows may come twice, never not at all. */
  read(since: Cursor | null): Promise<{
    rows: readonly { row: LiveRow; changed: Cursor }[]
    removed: readonly { id: string; changed: Cursor }[]
  }>
  /** How many rows are kept in memory, the latest changed ones. 1000 unless given. */
  readonly most?: number
}

/** A family of topics that one reading serves, however many of them are open. */
export interface TopicFamily {
  has(topic: Topic): boolean
  /** Loads topics that nobody followed before. */
  load(topics: readonly Topic[]): Promise<ReadonlyMap<Topic, TopicMemory>>
  /** Reads what changed at or after the cursor in topics that are loaded. */
  read(topics: readonly Topic[], since: bigint): Promise<ReadonlyMap<Topic, TopicRead>>
  /** After `read` was applied: what the memory wants to be read besides. */
  complete?(memory: TopicMemory, cursor: bigint): Promise<TopicRead | null>
}
