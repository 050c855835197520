import { isEnded, type LiveRow, type OperationStatus } from '@syncwatch/core'
import type { RowChange, TopicBatch, TopicView } from '@syncwatch/status-manager'
import type { RowTest } from './operation-filter.ts'
import type { RowWindow, WindowChange, WindowResume } from './row-window.ts'

/** How many rows a window shows. */
export interface WindowSize {
  readonly open: number
  readonly ended: number
}

/**
 * The operations a client is shown: open ones up to `size.open` and the last `size.ended` ended, of those that pass the filter. Further
 * open ones wait unseen and move up, in the batch that makes room: so a window is cut only while more are open.
 * Where an operation ends it is shown whether it was seen before or not.
 */
export class OperationWindow implements RowWindow {
  readonly #view: TopicView
  readonly #test: RowTest | null
  readonly #size: WindowSize
  readonly #open = new Map<string, LiveRow>()
  readonly #waiting = new Map<string, LiveRow>()
  readonly #ended = new Map<string, LiveRow>()

  constructor(view: TopicView, test: RowTest | null, size: WindowSize) {
    this.#view = view
    this.#test = test
    this.#size = size
    const rows = view.rows().filter((row) => this.#matches(row))
    const open = rows.filter((row) => !hasEnded(row))
    // Those under way first: a long queue must not hide what is being done.
    const ordered = [...open.filter(isUnderWay), ...open.filter((row) => !isUnderWay(row))]
    for (const [place, row] of ordered.entries()) (place < size.open ? this.#open : this.#waiting).set(row.id, row)
    const ended = rows.filter(hasEnded).sort(byEnd).slice(-size.ended)
    for (const row of ended) this.#ended.set(row.id, row)
  }

  rows(): readonly LiveRow[] {
    return [...this.#open.values(), ...this.#ended.values()]
  }

  apply(batch: TopicBatch): WindowChange {
    const changes: RowChange[] = []
    const removed: string[] = []
    for (const change of batch.changes) this.#applyChange(change, changes, removed)
    for (const id of batch.removed) {
      this.#drop(id)
      removed.push(id)
    }
    this.#moveUp(changes)
    return { changes, removed }
  }

  since(cursor: string): WindowResume | null {
    const since = this.#view.since(cursor)
    if (!since) return null
    const shown = since.rows.filter((row) => this.#matches(row))
    const gone = [...since.removed, ...since.rows.filter((row) => !this.#matches(row)).map((row) => row.id)]
    // As many as may have been open at the cursor. Above the size, the replica's window may have been cut then.
    const openThen = this.#open.size + this.#waiting.size + shown.filter(hasEnded).length + gone.length
    return openThen > this.#size.open ? null : { rows: shown, removed: gone }
  }

  #applyChange(change: RowChange, changes: RowChange[], removed: string[]): void {
    const { row } = change
    const { id } = row
    const known = this.#open.get(id) ?? this.#ended.get(id) ?? this.#waiting.get(id)
    if (known && known.rev >= row.rev) return
    if (!this.#matches(row)) {
      if (this.#drop(id)) removed.push(id)
    } else if (hasEnded(row)) this.#applyEnded(row, changes)
    else if (this.#open.has(id)) {
      this.#open.set(id, row)
      changes.push(change)
    } else this.#waiting.set(id, row)
  }

  /** An ended row always goes out whole: its reader may have pruned it, and takes no progress for it any more. */
  #applyEnded(row: LiveRow, changes: RowChange[]): void {
    this.#drop(row.id)
    this.#ended.set(row.id, row)
    changes.push({ row, extent: 'full' })
    const oldest = this.#ended.keys().next()
    if (this.#ended.size > this.#size.ended && !oldest.done) this.#ended.delete(oldest.value)
  }

  /** Forgets an id; true when it was shown. */
  #drop(id: string): boolean {
    this.#waiting.delete(id)
    const wasOpen = this.#open.delete(id)
    return this.#ended.delete(id) || wasOpen
  }

  #moveUp(changes: RowChange[]): void {
    for (const [id, row] of this.#waiting) {
      if (this.#open.size >= this.#size.open) return
      this.#waiting.delete(id)
      this.#open.set(id, row)
      changes.push({ row, extent: 'full' })
    }
  }

  #matches(row: LiveRow): boolean {
    return this.#test === null || this.#test(row)
  }
}

function hasEnded(row: LiveRow): boolean {
  return isEnded(row.status as OperationStatus)
}

function isUnderWay(row: LiveRow): boolean {
  return row.status === 'in_progress'
}

function byEnd(left: LiveRow, right: LiveRow): number {
  return String(left.end_time ?? '') < String(right.end_time ?? '') ? -1 : 1
}
