import type { Instant } from './present-connection.ts'

/** A timer this late, or clocks that went apart by this much, mean that the machine slept. Milliseconds. */
const JUMP_MS = 5_000

/**
 * Tells sleep and wake-up: while a machine sleeps no timer fires, and on many the monotonic clock stands still while the wall
 * clock goes on. A wall clock that was set looks the same; a needless ping is all it costs.
 */
export class JumpDetector {
  #drift: number | null = null

  /** True when there was a jump since the last call. `due` is when the timer that calls should have fired (monotonic). */
  observe({ wall, monotonic }: Instant, due: number | null): boolean {
    const drift = wall - monotonic
    const jumped = this.#drift !== null && Math.abs(drift - this.#drift) > JUMP_MS
    this.#drift = drift
    return jumped || (due !== null && monotonic - due > JUMP_MS)
  }
}
