import type { OperationId, OperationRow } from '@syncwatch/core'
import type { Changed } from '../queries/operation-columns.ts'

/** Told of rows as they were committed, oldest write first. */
export type CommitListener = (changes: readonly Changed<OperationRow>[]) => void

const MOST_KNOWN = 100_000

/**
 * The last committed state of the operations that this node has to do with, so that progress is checked and merged without
 * asking the database. Rows come from the database alone; a row only grows in `rev`. The longest untouched are forgotten.
 */
export class OperationMemory {
  readonly #rows = new Map<string, OperationRow>()
  readonly #idsByKey = new Map<string, OperationId>()
  readonly #listeners = new Set<CommitListener>()

  get(id: string): OperationRow | undefined {
    return this.#rows.get(id)
  }

  idOfKey(key: string): OperationId | undefined {
    return this.#idsByKey.get(key)
  }

  /** Remembers rows that were read. */
  learn(rows: Iterable<OperationRow>): void {
    for (const row of rows) {
      const known = this.#rows.get(row.id)
      if (known !== undefined && known.rev >= row.rev) continue
      // The order is that of the last touch, which matters only where something may soon be forgotten, and costs otherwise.
      if (this.#rows.size > MOST_KNOWN / 2) this.#rows.delete(row.id)
      this.#rows.set(row.id, row)
      if (row.operation_key !== null) this.#idsByKey.set(row.operation_key, row.id)
    }
    this.#shrink()
  }

  /** Brings rows that are remembered already up to date; others are not taken in. */
  refresh(rows: Iterable<OperationRow>): void {
    for (const row of rows) {
      const known = this.#rows.get(row.id)
      if (known !== undefined && known.rev < row.rev) this.#rows.set(row.id, row)
    }
  }

  /** Remembers rows that this node wrote, and tells the listeners. */
  committed(changes: readonly Changed<OperationRow>[]): void {
    if (changes.length === 0) return
    this.learn(changes.map(({ row }) => row))
    for (const listener of this.#listeners) listener(changes)
  }

  forget(id: string): void {
    const row = this.#rows.get(id)
    if (row?.operation_key) this.#idsByKey.delete(row.operation_key)
    this.#rows.delete(id)
  }

  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #shrink(): void {
    if (this.#rows.size <= MOST_KNOWN) return
    for (const id of this.#rows.keys()) {
      this.forget(id)
      if (this.#rows.size <= MOST_KNOWN * 0.9) return
    }
  }
}
