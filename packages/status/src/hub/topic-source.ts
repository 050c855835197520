import type { Cursor, LiveRow } from '@syncwatch/core'

/**
 * Where the rows of a topic come from that another room owns (`stores`, `assets`). The tables behind it set `rev` and
 * `changed_xid` with each write and record removals, see the tables of the status system.
 */
export interface TopicSource {
  /**
   * With null everything in view and who was removed lately, else what changed at or after the cursor. Rows may come twice, never
   * not at all; where removals before a cursor are not all there, `removedFrom` says so.
   */
  read(since: Cursor | null): Promise<{
    rows: readonly { row: LiveRow; changed: Cursor }[]
    removed: readonly { id: string; changed: Cursor }[]
    removedFrom?: Cursor | undefined
  }>
  /** How many rows are kept in memory, the latest changed ones. 1000 unless given. */
  readonly most?: number
}
