import type { SyncwatchError } from '@syncwatch/core'

interface Ticket {
  readonly generation: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const MOST_REFUSALS = 100

/**
 * Knows what was accepted and is not yet in the database, so that `flush()` can wait for exactly what came before it. Each
 * accepted value carries the generation of its time; a ticket waits until all generations up to its own are settled.
 */
export class Outstanding {
  #generation = 0
  readonly #open = new Map<number, number>()
  #tickets: Ticket[] = []
  #refusals: SyncwatchError[] = []

  /** True while somebody waits for a commit. */
  get isAwaited(): boolean {
    return this.#tickets.length > 0
  }

  /** Counts one more value. Give what it returns to `settle`. */
  add(): number {
    this.#open.set(this.#generation, (this.#open.get(this.#generation) ?? 0) + 1)
    return this.#generation
  }

  /** One value of that generation is committed, absorbed or refused. */
  settle(generation: number): void {
    const left = (this.#open.get(generation) ?? 1) - 1
    if (left > 0) this.#open.set(generation, left)
    else this.#open.delete(generation)
  }

  /** A value was refused by the database. The next ticket that settles says so. */
  refuse(error: SyncwatchError): void {
    if (this.#refusals.length < MOST_REFUSALS) this.#refusals.push(error)
  }

  /** Resolves when everything accepted so far is settled; rejects with the first refusal since the last ticket. */
  ticket(): Promise<void> {
    const generation = this.#generation
    this.#generation += 1
    return new Promise((resolve, reject) => {
      this.#tickets.push({ generation, resolve, reject })
      this.announce()
    })
  }

  /** Answers the tickets whose generations are settled. Call it once after a round of `settle`. */
  announce(): void {
    if (this.#tickets.length === 0) return
    let oldest = Number.POSITIVE_INFINITY
    for (const generation of this.#open.keys()) oldest = Math.min(oldest, generation)
    const ready = this.#tickets.filter((ticket) => ticket.generation < oldest)
    if (ready.length === 0) return
    this.#tickets = this.#tickets.filter((ticket) => ticket.generation >= oldest)
    const refusals = this.#refusals
    this.#refusals = []
    for (const { resolve, reject } of ready) {
      if (refusals[0] === undefined) resolve()
      else reject(refusals[0])
    }
  }

  /** The database cannot be reached: whoever waits for a commit is told; what was accepted stays outstanding. */
  fail(error: unknown): void {
    const tickets = this.#tickets
    this.#tickets = []
    for (const { reject } of tickets) reject(error)
  }
}
