/** Rows that wait for a place, and how many places each takes. */
interface Waiting {
  readonly places: number
  begin(): void
}

/** Lets work begin, in the order in which it came, as long as there are places for it. What wants more than there are gets all. */
export class Places {
  readonly #most: number
  readonly #waiting: Waiting[] = []
  #watching: { readonly most: number; resolve(): void }[] = []
  #taken = 0
  #running = 0

  constructor(most: number) {
    this.#most = most
  }

  /** How much work is under way. */
  get running(): number {
    return this.#running
  }

  /** Resolves as soon as less than `most` of what came waits for its places. */
  async belowWaiting(most: number): Promise<void> {
    if (this.#waiting.length < most) return
    await new Promise<void>((resolve) => {
      this.#watching.push({ most, resolve })
    })
  }

  async run<Result>(places: number, work: () => Promise<Result>): Promise<Result> {
    const taken = Math.min(places, this.#most)
    await new Promise<void>((begin) => {
      this.#waiting.push({ places: taken, begin })
      this.#beginNext()
    })
    try {
      return await work()
    } finally {
      this.#taken -= taken
      this.#running -= 1
      this.#beginNext()
    }
  }

  #beginNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#taken + next.places > this.#most) break
      this.#waiting.shift()
      this.#taken += next.places
      this.#running += 1
      next.begin()
    }
    const waiting = this.#waiting.length
    for (const { resolve } of this.#watching.filter(({ most }) => waiting < most)) resolve()
    this.#watching = this.#watching.filter(({ most }) => waiting >= most)
  }
}
