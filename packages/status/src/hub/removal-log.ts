import type { Removal } from './topic-memory.ts'

const MOST_REMOVALS = 10_000

/** Who was removed by which transaction, for resumes. Bounded: what it had to forget raises the floor. */
export class RemovalLog {
  readonly #removals = new Map<string, bigint>()
  #floor = 0n

  /** Below this nothing can be said about removals. */
  get floor(): bigint {
    return this.#floor
  }

  raiseFloor(floor: bigint): void {
    if (floor > this.#floor) this.#floor = floor
  }

  /** False when it was known. */
  add({ id, changed }: Removal): boolean {
    if (this.#removals.has(id)) return false
    this.#removals.set(id, changed)
    if (this.#removals.size > MOST_REMOVALS) {
      for (const [oldest, at] of this.#removals) {
        this.#removals.delete(oldest)
        this.raiseFloor(at + 1n)
        break
      }
    }
    return true
  }

  has(id: string): boolean {
    return this.#removals.has(id)
  }

  delete(id: string): void {
    this.#removals.delete(id)
  }

  since(cursor: bigint): string[] {
    const ids: string[] = []
    for (const [id, changed] of this.#removals) if (changed >= cursor) ids.push(id)
    return ids
  }
}
