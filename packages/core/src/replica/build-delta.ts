import type { Cursor } from '../cursor.ts'
import type { Delta } from '../frames/down/delta.ts'
import type { OperationCounts } from '../frames/down/snapshot.ts'
import type { LiveRow } from '../frames/live-row.ts'
import type { Topic } from '../frames/topic.ts'
import { OPERATION_FIELDS, OPERATION_PROGRESS_FIELDS } from '../operation/operation-row.ts'

/** One changed row. `progress`: nothing but progress fields differ from what the readers have; `full`: anything may. */
export interface DeltaChange {
  readonly row: LiveRow
  readonly extent: 'progress' | 'full'
}

/**
 * The frames that bring readers of a topic up to `cursor`: one with whole rows, removals and counts where there are any,
 * then one with progress alone. Each id must be in `changes` at most once, and in `removed` only if it did not come back.
 * Empty when nothing changed. A reader applies them in this order. Only the last one may move a reader's cursor: one that is cut off
 * between them must get the second again, so whoever sends two gives the first the cursor from before.
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
  if (progress.length > 0) {
    const fields = OPERATION_PROGRESS_FIELDS
    deltas.push({ type: 'delta', topic, cursor, fields, rows: rowsUnder(fields, progress), removed: [] })
  }
  const [first] = deltas
  if (first !== undefined && counts) first.counts = counts
  return deltas
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
