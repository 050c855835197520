import type { Instant } from './present-connection.ts'

/** A timer this late, or clocks that went apart by this much, mean that the machine slept. Milliseconds. */
const JUMP_MS = 5_000

/**
 * Tells sleep and wake-up: while a machine sleeps no timer fires, and on many the monotonic clock stands still while the wall
 * clock goes on. A wall clock that was set looks the same; a needless ping is all it costs. What is made answers whether there was
 * a jump since it was last asked; `due` is when the timer that asks should have fired (monotonic), `Infinity` where none did.
 */
export function createJumpDetector(): (now: Instant, due: number) => boolean {
  let known: number | undefined
  return ({ wall, monotonic }, due) => {
    const drift = wall - monotonic
    const jumped = Math.abs(drift - (known ?? drift)) > JUMP_MS
    known = drift
    return jumped || monotonic - due > JUMP_MS
  }
}
