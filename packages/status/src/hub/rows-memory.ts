import { compare, type LiveRow } from '@syncwatch/core'
import type { Changed } from '../queries/operation-columns.ts'
import type { RowChange } from './live-hub.ts'
import { RemovalLog } from './removal-log.ts'
import type { MemoryChange, TopicMemory, TopicRead } from './topic-memory.ts'

/** The most recently changed rows of a topic, up to a number. What falls out is announced as removed. */
export class RowsMemory implements TopicMemory {
  readonly removals = new RemovalLog()
  readonly #most: number
  readonly #rows = new Map<string, Changed<LiveRow>>()
  /** Rows changed below this may exist without being held. */
  #completeFrom = 0n

  constructor(most: number) {
    this.#most = most
  }

  apply({ rows, removed, isCut }: TopicRead): MemoryChange {
    const changes: RowChange[] = []
    const gone: string[] = []
    for (const change of rows) {
      const known = this.#rows.get(change.row.id)
      if (known !== undefined && known.row.rev >= change.row.rev) continue
      this.#rows.delete(change.row.id)
      this.#rows.set(change.row.id, change)
      this.removals.delete(change.row.id)
      changes.push({ row: change.row, extent: 'full' })
    }
    for (const removal of removed) {
      const known = this.#rows.get(removal.id)
      if (known !== undefined && known.changed > removal.changed) continue
      const wasHeld = this.#rows.delete(removal.id)
      // Told although it was never seen here: who came from another node may have seen it there.
      if (this.removals.add(removal) || wasHeld) gone.push(removal.id)
    }
    const evicted = this.#rows.size > this.#most ? this.#evict() : new Set<string>()
    if (isCut) this.#raiseCompleteFrom(leastOf(rows.map(({ changed }) => changed)))
    if (evicted.size === 0) return { changes, removed: gone }
    return {
      changes: changes.filter(({ row }) => !evicted.has(row.id)),
      removed: [...gone, ...evicted],
    }
  }

  rows(): readonly LiveRow[] {
    return [...this.#rows.values()].map(({ row }) => row).sort(byAge)
  }

  counts(): null {
    return null
  }

  since(cursor: bigint): { rows: readonly LiveRow[]; removed: readonly string[] } | null {
    if (cursor < this.#completeFrom || cursor < this.removals.floor) return null
    const rows = [...this.#rows.values()].filter(({ changed }) => changed >= cursor).map(({ row }) => row)
    return { rows: rows.sort(byAge), removed: this.removals.since(cursor) }
  }

  raiseFloor(floor: bigint): void {
    this.removals.raiseFloor(floor)
  }

  settleBelow(): void {}

  #evict(): Set<string> {
    const byChange = [...this.#rows.values()].sort((a, b) => compare(a.changed, b.changed))
    const evicted = new Set<string>()
    for (const { row, changed } of byChange.slice(0, this.#rows.size - this.#most)) {
      this.#rows.delete(row.id)
      evicted.add(row.id)
      this.#raiseCompleteFrom(changed)
    }
    return evicted
  }

  /** A row of that transaction is not held although it exists. */
  #raiseCompleteFrom(changed: bigint): void {
    if (changed + 1n > this.#completeFrom) this.#completeFrom = changed + 1n
  }
}

function leastOf(transactions: readonly bigint[]): bigint {
  let least = transactions[0] ?? 0n
  for (const each of transactions) if (each < least) least = each
  return least
}

/** By `created_at` where there is one, then by id (ids of ours grow with time). */
export function byAge(a: LiveRow, b: LiveRow): number {
  const left = typeof a.created_at === 'string' ? a.created_at : ''
  const right = typeof b.created_at === 'string' ? b.created_at : ''
  return compare(left, right) || compare(a.id, b.id)
}
