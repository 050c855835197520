import type { Cursor } from '../cursor.ts'
import type { Delta } from '../frames/down/delta.ts'
import type { OperationCounts } from '../frames/down/snapshot.ts'
import type { LiveRow } from '../frames/live-row.ts'
import type { Topic } from '../frames/topic.ts'
import { OPERATION_FIELDS } from '../operation/operation-row.ts'
import { ALL_MOVED, columnsOf, hasLongColumns } from './moved-columns.ts'

/** One changed row. `progress`: nothing but progress fields differ from what the readers have; `full`: anything may. */
export interface DeltaChange {
  readonly row: LiveRow
  readonly extent: 'progress' | 'full'
  /** With `progress`: the columns that may differ from what the readers have, see `movedColumns`; all unless given. */
  readonly moved?: number
}

/** From so many rows on that can do without the long columns of others, they get a frame of their own. */
const WORTH_A_FRAME = 50

/**
 * The frames that bring readers of a topic up to `cursor`: one with whole rows, removals and counts where there are any,
 * then progress alone, under the columns that moved: one frame, or two where that keeps long texts away from many rows. Each id must be in `changes` at most once, and in `removed` only if it did not come back.
 * Empty when nothing changed. A reader applies them in this order. Only the last one may move a reader's cursor: one that is
 * cut off between them must get the others again, so whoever sends several gives all before the last the cursor from before.
 */
export function buildDelta(
  topic: Topic,
  cursor: Cursor,
  changes: readonly DeltaChange[],
  removed: readonly string[],
  counts?: OperationCounts | null,
): Delta[] {
  const hasProgressFields = topic === 'operations'
  const progress = changes.filter((change) => hasProgressFields && change.extent === 'progress')
  const full = changes.filter((change) => !(hasProgressFields && change.extent === 'progress'))
  const deltas: Delta[] = []
  if (full.length > 0 || removed.length > 0 || (counts && progress.length === 0)) {
    const fields = hasProgressFields ? OPERATION_FIELDS : fieldsOf(full)
    deltas.push({ type: 'delta', topic, cursor, fields, rows: rowsUnder(fields, full), removed: [...removed] })
  }
  for (const group of progressGroups(progress)) {
    const fields = columnsOf(group.reduce((bits, change) => bits | movedOf(change), 0))
    deltas.push({ type: 'delta', topic, cursor, fields, rows: rowsUnder(fields, group), removed: [] })
  }
  const [first] = deltas
  if (first !== undefined && counts) first.counts = counts
  return deltas
}

function progressGroups(changes: readonly DeltaChange[]): (readonly DeltaChange[])[] {
  if (changes.length === 0) return []
  const short = changes.filter((change) => !hasLongColumns(movedOf(change)))
  if (short.length === changes.length || short.length < WORTH_A_FRAME) return [changes]
  return [short, changes.filter((change) => hasLongColumns(movedOf(change)))]
}

function movedOf({ moved = ALL_MOVED }: DeltaChange): number {
  return moved
}

function rowsUnder(fields: readonly string[], changes: readonly DeltaChange[]): unknown[][] {
  return changes.map(({ row }) => fields.map((field) => row[field] ?? null))
}

/** `id`, `rev`, then every column that a row has. */
function fieldsOf(changes: readonly DeltaChange[]): string[] {
  const fields = new Set(['id', 'rev'])
  for (const { row } of changes) for (const field of Object.keys(row)) fields.add(field)
  return [...fields]
}
