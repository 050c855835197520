import { type ConflictRow, isUuid } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import type { PoolClient } from 'pg'
import { readConflict } from './list-conflicts.ts'

/** A conflict, and what an undo of its resolution has to put back. */
export interface LockedConflict extends ConflictRow {
  readonly undo: UndoNote | null
}

/** What a person's resolution of a conflict with a copy did to the two assets. */
export interface UndoNote {
  /** The content that the asset had before, null where it stayed. */
  readonly content: { sha256: string; size: number; mime_type: string | null; modified_at: string | null } | null
  /** What it has since. */
  readonly revision: number
  readonly copyTrashed: boolean
}

/** Locks a conflict until the end of the transaction. Rejects `conflict_not_found`. */
export async function lockConflict(client: PoolClient, id: string): Promise<LockedConflict> {
  const [locked] = isUuid(id)
    ? await query<{ undo: UndoNote | null }>(
        client,
        'SELECT undo FROM syncwatch.media_conflicts WHERE id = $1 FOR UPDATE',
        [id],
      )
    : []
  return { ...(await readConflict(client, id)), undo: locked?.undo ?? null }
}
