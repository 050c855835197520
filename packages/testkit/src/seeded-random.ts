import type { Random } from '@syncwatch/core'

/** Randomness that repeats: the same seed gives the same numbers and ids. Keep the seed of a failed run. */
export class SeededRandom implements Random {
  #state: number
  #uuids = 0

  constructor(seed = 1) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0
  }

  next(): number {
    return this.#word() / 0x1_0000_0000
  }

  /** A version 7 uuid whose time part counts up by one millisecond each, so ids sort in the order they were made. */
  uuid(): string {
    this.#uuids += 1
    const time = (Date.UTC(2030, 0, 1) + this.#uuids).toString(16).padStart(12, '0')
    const random = Array.from({ length: 3 }, () => this.#word().toString(16).padStart(8, '0')).join('')
    const variant = '89ab'[this.#word() % 4]
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6, 18)}`
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** One of `choices`. */
  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0]
  }

  /** A 32-bit linear congruence walk whose output is mixed by multiply and xor-shift. */
  #word(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    let word = this.#state
    word = Math.imul(word ^ (word >>> 16), 0x7feb352d)
    word = Math.imul(word ^ (word >>> 15), 0x846ca68b)
    return (word ^ (word >>> 16)) >>> 0
  }
}
