import type { GatewayLimits } from '../gateway-limits.ts'

/** The share of the node's time that sending may take before it is done less often. */
const SHARE = 0.5
/** Looked at no oftener than this: a round to all sessions is to fit in. */
const WINDOW_MS = 200

/**
 * How soon a session may be sent the next delta: `paceMs` while that is cheap, and up to `busyPaceMs` where sending would take
 * more than half of the time. What is sent grows with the number of rounds, so the pace is what it was times the share over
 * the share that is allowed.
 */
export class AdaptivePace {
  readonly #least: number
  readonly #most: number
  #ms: number
  #windowAt = Number.NEGATIVE_INFINITY
  #spent = 0

  constructor({ paceMs, busyPaceMs }: Pick<GatewayLimits, 'paceMs' | 'busyPaceMs'>) {
    this.#least = paceMs
    this.#most = Math.max(paceMs, busyPaceMs)
    this.#ms = paceMs
  }

  get ms(): number {
    return this.#ms
  }

  /** Sending takes more than its share of the time. */
  get isSlowed(): boolean {
    return this.#ms > this.#least
  }

  /** Something was sent from `began` to `ended` (monotonic). */
  spent(began: number, ended: number): void {
    this.#spent += ended - began
    const passed = ended - this.#windowAt
    if (passed < WINDOW_MS) return
    this.#ms = Math.min(this.#most, Math.max(this.#least, (this.#ms * this.#spent) / passed / SHARE))
    this.#windowAt = ended
    this.#spent = 0
  }
}
