import type { Cursor, OperationRow } from '@syncwatch/core'
import type { StatusContext } from '../status-context.ts'

/** What `sync_status_changes` answers. */
interface StatusChanges {
  epoch: string
  cursor: Cursor
  reset: boolean
  rows: OperationRow[]
  removed: string[]
}

/** Rows changed at or after a cursor; without one the whole view. Rejects with `invalid_cursor`. */
export async function readChanges(context: StatusContext, cursor: Cursor | null): Promise<StatusChanges> {
  const { database } = context
  const [row] = await database.query<{ changes: StatusChanges }>(
    `SELECT ${database.schema}.sync_status_changes($1::text) AS changes`,
    [cursor],
  )
  return row?.changes ?? { epoch: '', cursor: cursor ?? '0', reset: true, rows: [], removed: [] }
}
