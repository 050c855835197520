import {
  isEnded,
  type LiveRow,
  OPERATION_PROGRESS_FIELDS,
  OPERATION_STATUSES,
  type OperationCounts,
  type OperationStatus,
  type Topic,
} from '@syncwatch/core'

interface Stored {
  readonly row: LiveRow
  readonly xid: number
}

/** The tables behind the topics, with transaction ids as Postgres would give them: what every replica must end up as. */
export class ModelDatabase {
  epoch = 'epoch-1'
  /** The next transaction id. */
  xid = 100
  /** Cursors below it cannot be resumed from any more. */
  floor = 0
  readonly #tables = new Map<Topic, Map<string, Stored>>()
  readonly #removals: { topic: Topic; id: string; xid: number }[] = []

  /** Writes columns of a row, new or not, in a transaction of its own; `rev` grows by one. */
  write(topic: Topic, columns: { id: string } & Record<string, unknown>): LiveRow {
    const table = this.#table(topic)
    const held = table.get(columns.id)?.row
    const row: LiveRow = { ...held, ...columns, rev: (held?.rev ?? 0) + 1 }
    table.delete(columns.id)
    table.set(columns.id, { row, xid: this.xid++ })
    return row
  }

  remove(topic: Topic, id: string): void {
    if (this.#table(topic).delete(id)) this.#removals.push({ topic, id, xid: this.xid++ })
  }

  /** Forgets old removals, as the purge of `sync_removals` does. */
  purgeRemovals(): void {
    this.floor = this.xid
    this.#removals.length = 0
  }

  rows(topic: Topic): LiveRow[] {
    return [...this.#table(topic).values()].map((stored) => stored.row)
  }

  get(topic: Topic, id: string): LiveRow | undefined {
    return this.#table(topic).get(id)?.row
  }

  since(topic: Topic, cursor: number): { rows: LiveRow[]; removed: string[] } {
    const rows = [...this.#table(topic).values()].filter((stored) => stored.xid >= cursor).map((stored) => stored.row)
    const removed = this.#removals.filter((one) => one.topic === topic && one.xid >= cursor).map((one) => one.id)
    return { rows, removed: removed.filter((id) => !this.#table(topic).has(id)) }
  }

  counts(): OperationCounts {
    const counts = Object.fromEntries(OPERATION_STATUSES.map((status) => [status, 0])) as OperationCounts
    for (const row of this.rows('operations')) counts[row.status as OperationStatus] += 1
    return counts
  }

  #table(topic: Topic): Map<string, Stored> {
    const table = this.#tables.get(topic) ?? new Map<string, Stored>()
    this.#tables.set(topic, table)
    return table
  }
}

/** Whether nothing but progress differs. */
export function isProgressOnly(before: LiveRow, after: LiveRow): boolean {
  const progress = new Set<string>(OPERATION_PROGRESS_FIELDS)
  return Object.keys(after).every(
    (column) => progress.has(column) || JSON.stringify(before[column]) === JSON.stringify(after[column]),
  )
}

export function isOpen(row: LiveRow): boolean {
  return !isEnded(row.status as OperationStatus)
}
