import { ALL_MOVED, type Cursor, type LiveRow } from '@syncwatch/core'
import type { RowChange } from '@syncwatch/status-manager'

/** What became of one id: its latest row, or null when it is gone. */
interface Entry {
  row: LiveRow | null
  /** The last step that changed it, and the last that changed more than progress. */
  step: number
  fullStep: number
}

interface Step {
  readonly ids: readonly string[]
  /** Which progress columns of each the step moved. */
  readonly moved: readonly number[]
  readonly cursor: Cursor
}

/** A row of which nothing but progress differs, and the columns that may. */
export interface MovedRow {
  readonly row: LiveRow
  readonly moved: number
}

/** Everything between two steps, at most once an id. `from` is the cursor of the earlier step. */
export interface Stretch {
  readonly from: Cursor
  readonly full: LiveRow[]
  readonly progress: MovedRow[]
  readonly removed: string[]
}

/**
 * The recent changes of a channel, numbered by steps. A session that is behind keeps only the number of the step it has
 * seen, whatever happens meanwhile: what it is due is the stretch from there, in which each row stands once with its
 * latest value. So conflation is for free and a slow client costs no memory. Bounded by `maxIds`: further behind than
 * that, `since` answers null and a snapshot takes its place.
 */
export class ChangeLog {
  /** The number of the latest step. */
  step = 0
  readonly #maxIds: number
  readonly #entries = new Map<string, Entry>()
  #steps: Step[] = []
  #ids = 0
  /** The step before the earliest that is kept, and the cursor then. */
  #floor = 0
  #floorCursor: Cursor

  constructor(cursor: Cursor, maxIds = 20_000) {
    this.#floorCursor = cursor
    this.#maxIds = maxIds
  }

  /** Takes one batch in as the next step. A row that is not newer than the one known is left out. */
  record(changes: readonly RowChange[], removed: readonly string[], cursor: Cursor): void {
    this.step += 1
    const ids: string[] = []
    const moved: number[] = []
    for (const change of changes) {
      if (!this.#keepRow(change)) continue
      ids.push(change.row.id)
      moved.push(change.moved ?? ALL_MOVED)
    }
    for (const id of removed) {
      this.#entries.set(id, { row: null, step: this.step, fullStep: this.step })
      ids.push(id)
      moved.push(ALL_MOVED)
    }
    this.#steps.push({ ids, moved, cursor })
    this.#ids += ids.length
    this.#trim()
  }

  /** What changed after `step`; null when that is no longer known. */
  since(step: number): Stretch | null {
    if (step < this.#floor) return null
    const from = step === this.#floor ? this.#floorCursor : this.#stepAt(step).cursor
    const stretch: Stretch = { from, full: [], progress: [], removed: [] }
    const seen = new Map<string, number>()
    for (let next = step + 1; next <= this.step; next++) {
      const { ids, moved } = this.#stepAt(next)
      for (const [place, id] of ids.entries()) seen.set(id, (seen.get(id) ?? 0) | (moved[place] as number))
    }
    for (const [id, moved] of seen) this.#add(stretch, id, step, moved)
    return stretch
  }

  #add(stretch: Stretch, id: string, step: number, moved: number): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    if (!entry.row) stretch.removed.push(id)
    else if (entry.fullStep > step) stretch.full.push(entry.row)
    else stretch.progress.push({ row: entry.row, moved })
  }

  #keepRow({ row, extent }: RowChange): boolean {
    const known = this.#entries.get(row.id)
    if (known?.row && known.row.rev >= row.rev) return false
    const fullStep = extent === 'full' || known?.row === null ? this.step : (known?.fullStep ?? 0)
    this.#entries.set(row.id, { row, step: this.step, fullStep })
    return true
  }

  #stepAt(step: number): Step {
    const found = this.#steps[step - this.#floor - 1]
    if (!found) throw new RangeError(`step ${step} is not between ${this.#floor} and ${this.step}`)
    return found
  }

  #trim(): void {
    let drop = 0
    // The latest step stays whatever its size, or nobody could ever be sent it.
    while (this.#ids > this.#maxIds && drop < this.#steps.length - 1) this.#forget(this.#steps[drop++])
    if (this.#steps.length - drop > MAX_STEPS) this.#forget(this.#steps[drop++])
    if (drop > 0) this.#steps = this.#steps.slice(drop)
  }

  #forget(step: Step | undefined): void {
    if (!step) return
    this.#floor += 1
    this.#floorCursor = step.cursor
    this.#ids -= step.ids.length
    for (const id of step.ids) if (this.#entries.get(id)?.step === this.#floor) this.#entries.delete(id)
  }
}

const MAX_STEPS = 2_000
