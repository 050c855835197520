import type { Delta } from '../frames/down/delta.ts'
import type { LiveRow } from '../frames/live-row.ts'
import { isEnded, type OperationStatus } from '../operation/operation-status.ts'

/** The rows of one topic as a reader holds them, by id. Never changed in place. */
export type ReplicaRows<Row extends ReplicaRow = LiveRow> = Readonly<Record<string, Row>>

/** What every row has. */
export interface ReplicaRow {
  readonly id: string
  readonly rev: number
}

/** Why a delta could not be applied in full: the reader must ask for a snapshot. */
export interface ReplicaGap {
  /** `unknown_row`: progress of rows that are not here. `malformed`: not a delta that we understand; nothing was applied. */
  readonly reason: 'unknown_row' | 'malformed'
  readonly ids: readonly string[]
}

export interface AppliedFrame<Row extends ReplicaRow> {
  /** The same object as before when nothing changed. */
  readonly rows: ReplicaRows<Row>
  /** Ids of rows that are new or different now. */
  readonly changed: readonly string[]
  /** Ids of rows that are gone now. */
  readonly removed: readonly string[]
  readonly gap?: ReplicaGap
}

/**
 * Applies a delta to what is held. Rules:
 *
 * 1. A row whose `rev` is not above the held one is dropped, so a delta may come twice and late.
 * 2. An ended operation takes no progress, whatever its `rev`.
 * 3. A row that carries only some of an operation's columns needs the rest here; without it there is a gap.
 * 4. Removals go first, then rows: an id in both has come back.
 */
export function applyDelta<Row extends ReplicaRow>(rows: ReplicaRows<Row>, delta: Delta): AppliedFrame<Row> {
  if (!isWellFormed(delta)) return { rows, changed: [], removed: [], gap: { reason: 'malformed', ids: [] } }
  // What never changes is in whole rows alone. (To compare all the names would bring all the names to each browser.)
  const isPartial = delta.topic === 'operations' && !delta.fields.includes('operation_type')
  const next: Record<string, Row> = { ...rows }
  const removed = delta.removed.filter((id) => Object.hasOwn(next, id))
  for (const id of removed) delete next[id]
  const changed: string[] = []
  const unknown: string[] = []
  for (const values of delta.rows) {
    const id = values[0] as string
    const held = own(next, id)
    if (held && held.rev >= (values[1] as number)) continue
    if (!isPartial || (held && !hasEnded(held))) {
      next[id] = merge(held, delta.fields, values)
      changed.push(id)
    } else if (!held) unknown.push(id)
  }
  const isSame = changed.length === 0 && removed.length === 0
  return {
    rows: isSame ? rows : next,
    changed: [...new Set(changed)],
    removed: removed.filter((id) => !Object.hasOwn(next, id)),
    ...(unknown.length > 0 && { gap: { reason: 'unknown_row' as const, ids: unknown } }),
  }
}

/**
 * Replaces what is held by a snapshot of the same epoch. A held row that is newer than the snapshot's stays (a snapshot
 * may come from a node that is a moment behind); a row that the snapshot lacks goes. After a change of epoch start from `{}`.
 */
export function applySnapshot<Row extends ReplicaRow>(
  rows: ReplicaRows<Row>,
  snapshot: readonly Row[],
): AppliedFrame<Row> {
  const next: Record<string, Row> = {}
  const changed: string[] = []
  for (const row of snapshot) {
    const held = own(rows, row.id)
    if (held && held.rev >= row.rev) next[row.id] = held
    else {
      next[row.id] = row
      changed.push(row.id)
    }
  }
  const removed = Object.keys(rows).filter((id) => !Object.hasOwn(next, id))
  return { rows: changed.length === 0 && removed.length === 0 ? rows : next, changed, removed }
}

function isWellFormed(delta: Delta): boolean {
  const { fields, rows, removed } = delta
  return (
    [fields, rows, removed].every(Array.isArray) &&
    fields[0] === 'id' &&
    fields[1] === 'rev' &&
    rows.every(
      (values) => values?.length === fields.length && typeof values[0] === 'string' && Number.isSafeInteger(values[1]),
    )
  )
}

function own<Row>(rows: Readonly<Record<string, Row>>, id: string): Row | undefined {
  return Object.hasOwn(rows, id) ? rows[id] : undefined
}

function hasEnded(row: ReplicaRow & { readonly status?: unknown }): boolean {
  return isEnded(row.status as OperationStatus)
}

function merge<Row extends ReplicaRow>(
  held: Row | undefined,
  fields: readonly string[],
  values: readonly unknown[],
): Row {
  const row: Record<string, unknown> = { ...held }
  for (const [index, field] of fields.entries()) row[field] = values[index]
  // The one place where columns from the wire become a row: its server is ours and speaks this protocol version.
  return row as unknown as Row
}
