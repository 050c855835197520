import { compare, isEnded, type OperationRow } from '@syncwatch/core'
import type { SyncStatusState } from './sync-status-state.ts'

/** How many operations the state holds at most; the true numbers are in `counts`. */
export const MAX_OPEN = 500
export const MAX_ENDED = 200

type Held = Pick<SyncStatusState, 'operations' | 'openIds' | 'endedIds'>

/** Puts rows in and takes ids out, keeping order and caps. Rows that did not change keep their identity. */
export function holdOperations(held: Held, rows: readonly OperationRow[], removed: readonly string[] = []): Held {
  const operations = { ...held.operations }
  for (const id of removed) delete operations[id]
  for (const row of rows) operations[row.id] = row
  return arranged(held, operations, rows, removed)
}

/** The same where rows are in and ids are out already: `operations` is a copy that may be changed. */
export function arranged(
  held: Held,
  operations: Record<string, OperationRow>,
  rows: readonly OperationRow[],
  removed: readonly string[],
): Held {
  let membership = removed.some((id) => id in held.operations)
  for (const row of rows) {
    const known = held.operations[row.id]
    membership = !known || isEnded(known.status) !== isEnded(row.status) || membership
    membership = dropStandIn(operations, row) || membership
  }
  return membership ? capped(operations) : { operations, openIds: held.openIds, endedIds: held.endedIds }
}

/** An operation that was announced by its key only is held under the key until its own row comes. */
function dropStandIn(operations: Record<string, OperationRow>, { id, operation_key }: OperationRow): boolean {
  if (operation_key === null || operation_key === id || operations[operation_key]?.rev !== 0) return false
  delete operations[operation_key]
  return true
}

/** Open ones oldest first and ended ones latest first, both cut; what is in neither list is let go. */
function capped(operations: Record<string, OperationRow>): Held {
  const all = Object.values(operations)
  const open = all.filter((row) => !isEnded(row.status)).sort(oldestFirst)
  const ended = all.filter((row) => isEnded(row.status)).sort((a, b) => earliestEndFirst(b, a))
  for (const row of [...open.splice(MAX_OPEN), ...ended.splice(MAX_ENDED)]) delete operations[row.id]
  return { operations, openIds: open.map((row) => row.id), endedIds: ended.map((row) => row.id) }
}

/** The state without the operations that ended before an ISO time. */
export function pruneEnded(held: Held, endedBefore: string): Held {
  const old = held.endedIds.filter((id) => endOf(held.operations[id]) < endedBefore)
  return old.length === 0 ? held : holdOperations(held, [], old)
}

function endOf(row: OperationRow | undefined): string {
  return row?.end_time ?? row?.updated_at ?? ''
}

const oldestFirst = orderedBy((row) => row.created_at)
const earliestEndFirst = orderedBy(endOf)

function orderedBy(time: (row: OperationRow) => string) {
  return (a: OperationRow, b: OperationRow) => compare(time(a), time(b)) || compare(a.id, b.id)
}
