import {
  type EndedStatus,
  isEnded,
  type LiveRow,
  movedColumns,
  OPERATION_FIELDS,
  OPERATION_PROGRESS_FIELDS,
  type OperationCounts,
  type OperationRow,
} from '@syncwatch/core'
import type { Changed } from '../queries/operation-columns.ts'
import type { RowChange } from './live-hub.ts'
import { RemovalLog } from './removal-log.ts'
import { byAge } from './rows-memory.ts'
import type { MemoryChange, TopicMemory, TopicRead } from './topic-memory.ts'

/** Open operations in view; those beyond are counted only. The newest are held. */
export const OPEN_IN_VIEW = 500
/** The last ended ones in view. Replicas keep as many by themselves, so that one falling out is not announced. */
export const ENDED_IN_VIEW = 200

/** Below this share of the window, open operations that did not fit are read into it. */
const REFILL_BELOW = 0.8

/** The state of the table beyond the rows in view, read in the same snapshot as these. */
export interface OperationTotals {
  /** Every open operation, by id. */
  readonly open: ReadonlyMap<string, OperationRow['status']>
  readonly ended: Pick<OperationCounts, 'completed' | 'failed' | 'cancelled'>
  /** Those that ended at or after the snapshot's cursor: they will be read once more and are counted already. */
  readonly justEnded: ReadonlyMap<string, Ending>
}

export interface Ending {
  readonly status: EndedStatus
  readonly changed: bigint
}

type Entry = Changed<OperationRow>

/**
 * The topic `operations`: a window of rows with true counts. Resumes are answered only where it is certain that the
 * replica's window lacked nothing at its cursor: when no more operations were open then than the window holds, and all
 * that ended since are held.
 */
export class OperationsMemory implements TopicMemory {
  readonly removals = new RemovalLog()
  readonly #openInView: number
  readonly #open = new Map<string, Entry>()
  readonly #ended = new Map<string, Entry>()
  readonly #openStatus: Map<string, OperationRow['status']>
  readonly #endedCounts: { completed: number; failed: number; cancelled: number }
  readonly #justEnded: Map<string, Ending>
  #counts: OperationCounts | null = null
  #oldest: string | null = null
  /** Operations that ended below this may exist without being held. */
  #endedFrom = 0n

  /** `openInView`: the most open operations that are held. */
  constructor(totals: OperationTotals, openInView = OPEN_IN_VIEW) {
    this.#openInView = openInView
    this.#openStatus = new Map(totals.open)
    this.#endedCounts = { ...totals.ended }
    this.#justEnded = new Map(totals.justEnded)
  }

  /** Takes the first reading: rows in view, ended ones possibly cut at the window. */
  load(rows: readonly Entry[]): void {
    for (const entry of rows) (isEnded(entry.row.status) ? this.#ended : this.#open).set(entry.row.id, entry)
    const total = this.#endedCounts.completed + this.#endedCounts.failed + this.#endedCounts.cancelled
    if (total > this.#ended.size) this.#endedFrom = (this.#oldestEnded()?.changed ?? 0n) + 1n
  }

  /** True when open operations that did not fit should be read into the window. */
  get needsRefill(): boolean {
    const all = this.#openStatus.size
    return this.#open.size < all && (all <= this.#openInView || this.#open.size < REFILL_BELOW * this.#openInView)
  }

  /** True when a removal made the numbers of ended operations uncertain. */
  needsRecount = false

  /** Takes fresh numbers, read at or after `cursor`. What ended after that reading and is known here is added. */
  recount({ ended, justEnded }: OperationTotals, cursor: bigint): void {
    this.needsRecount = false
    Object.assign(this.#endedCounts, ended)
    for (const [id, { status, changed }] of this.#justEnded)
      if (changed >= cursor && !justEnded.has(id) && !this.removals.has(id)) this.#endedCounts[status] += 1
    for (const [id, ending] of justEnded) this.#justEnded.set(id, ending)
    this.#counts = null
  }

  apply({ rows, removed }: TopicRead): MemoryChange {
    const changes: RowChange[] = []
    const gone = new Set<string>()
    for (const change of rows) {
      const entry = change as unknown as Entry
      if (isEnded(entry.row.status)) this.#end(entry, changes)
      else this.#keepOpen(entry, changes, gone)
    }
    for (const removal of removed) {
      if (!this.removals.add(removal)) continue
      this.#remove(removal.id)
      // Told although it was never seen here: who came from another node may have seen it there.
      gone.add(removal.id)
    }
    const held = changes.filter(({ row }) => !gone.has(row.id))
    return { changes: held, removed: [...gone] }
  }

  rows(): readonly LiveRow[] {
    const rows = [...this.#open.values(), ...this.#ended.values()].map(({ row }) => row as unknown as LiveRow)
    return rows.sort(byAge)
  }

  counts(): OperationCounts {
    this.#counts ??= this.#count()
    return this.#counts
  }

  since(cursor: bigint): { rows: readonly LiveRow[]; removed: readonly string[] } | null {
    if (cursor < this.removals.floor || cursor < this.#endedFrom) return null
    const ended = [...this.#ended.values()].filter(({ changed }) => changed >= cursor)
    const removed = this.removals.since(cursor)
    if (this.#openStatus.size + ended.length + removed.length > this.#openInView) return null
    const open = [...this.#open.values()].filter(({ changed }) => changed >= cursor)
    const rows = [...open, ...ended].map(({ row }) => row as unknown as LiveRow)
    return { rows: rows.sort(byAge), removed }
  }

  raiseFloor(floor: bigint): void {
    this.removals.raiseFloor(floor)
  }

  settleBelow(cursor: bigint): void {
    for (const [id, { changed }] of this.#justEnded) if (changed < cursor) this.#justEnded.delete(id)
  }

  #end(entry: Entry, changes: RowChange[]): void {
    const { id, status, rev } = entry.row
    const known = this.#ended.get(id)
    if (known !== undefined && known.row.rev >= rev) return
    if (this.removals.has(id)) return
    if (known === undefined && !this.#justEnded.has(id) && isEnded(status)) {
      this.#endedCounts[status] += 1
      this.#justEnded.set(id, { status, changed: entry.changed })
      this.#counts = null
    }
    if (this.#openStatus.delete(id)) this.#counts = null
    this.#open.delete(id)
    this.#ended.set(id, entry)
    changes.push({ row: entry.row as unknown as LiveRow, extent: 'full' })
    if (this.#ended.size <= ENDED_IN_VIEW) return
    const oldest = this.#oldestEnded() as Entry
    this.#ended.delete(oldest.row.id)
    if (oldest.changed + 1n > this.#endedFrom) this.#endedFrom = oldest.changed + 1n
  }

  #keepOpen(entry: Entry, changes: RowChange[], gone: Set<string>): void {
    const { id, status, rev } = entry.row
    if (this.#ended.has(id) || this.#justEnded.has(id) || this.removals.has(id)) return
    const known = this.#open.get(id)
    if (known !== undefined && known.row.rev >= rev) return
    if (this.#openStatus.get(id) !== status) {
      this.#openStatus.set(id, status)
      this.#counts = null
    }
    if (known === undefined && this.#open.size >= this.#openInView && !this.#makeRoom(id, gone)) return
    gone.delete(id)
    if (this.#oldest !== null && id < this.#oldest) this.#oldest = id
    this.#open.set(id, entry)
    changes.push(changeOf(known?.row, entry.row))
  }

  /** A newer operation displaces the oldest one in view, which replicas are told to drop. */
  #makeRoom(id: string, gone: Set<string>): boolean {
    const oldest = this.#oldestOpen()
    if (id < oldest) return false
    this.#open.delete(oldest)
    this.#oldest = null
    gone.add(oldest)
    return true
  }

  /** Asked for each operation that is open and not in view, so it is looked for only after the window changed. */
  #oldestOpen(): string {
    if (this.#oldest !== null && this.#open.has(this.#oldest)) return this.#oldest
    let oldest: string | null = null
    for (const held of this.#open.keys()) if (oldest === null || held < oldest) oldest = held
    this.#oldest = oldest
    return oldest ?? ''
  }

  #remove(id: string): void {
    if (this.#openStatus.delete(id)) this.#counts = null
    else this.needsRecount = true
    this.#open.delete(id)
    this.#ended.delete(id)
  }

  #oldestEnded(): Entry | undefined {
    let oldest: Entry | undefined
    for (const entry of this.#ended.values()) if (oldest === undefined || entry.changed < oldest.changed) oldest = entry
    return oldest
  }

  #count(): OperationCounts {
    let pending = 0
    for (const status of this.#openStatus.values()) if (status === 'pending') pending += 1
    return { pending, in_progress: this.#openStatus.size - pending, ...this.#endedCounts }
  }
}

const PROGRESS: ReadonlySet<string> = new Set(OPERATION_PROGRESS_FIELDS)
const OTHERS = OPERATION_FIELDS.filter((field) => !PROGRESS.has(field))

function changeOf(before: OperationRow | undefined, after: OperationRow): RowChange {
  const row = after as unknown as LiveRow
  const extent = extentOf(before, after)
  if (before === undefined || extent === 'full') return { row, extent }
  return { row, extent, moved: movedColumns(before as unknown as LiveRow, row) }
}

/** `progress` when nothing but progress fields differ. Rows that were derived in memory share their objects. */
export function extentOf(before: OperationRow | undefined, after: OperationRow): RowChange['extent'] {
  if (before === undefined) return 'full'
  return OTHERS.every((field) => isSame(before[field], after[field])) ? 'progress' : 'full'
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  return JSON.stringify(a) === JSON.stringify(b)
}
