import type { Clock } from '@syncwatch/core'
import type { GatewayLimits } from '../gateway-limits.ts'

type GateLimits = Pick<GatewayLimits, 'inboundPerSecond' | 'inboundBurst' | 'maxStrikes'>

/** Bounds what one client may say: a token bucket for messages, and strikes for those that were refused. */
export class InboundGate {
  readonly #clock: Clock
  readonly #limits: GateLimits
  #tokens: number
  #refilledAt: number
  #strikes = 0
  #forgivenAt: number

  constructor(clock: Clock, limits: GateLimits) {
    this.#clock = clock
    this.#limits = limits
    this.#tokens = limits.inboundBurst
    this.#refilledAt = clock.monotonic()
    this.#forgivenAt = this.#refilledAt
  }

  /** Takes one message in; false when it is one too many. */
  admit(): boolean {
    const now = this.#clock.monotonic()
    const earned = ((now - this.#refilledAt) / 1000) * this.#limits.inboundPerSecond
    this.#tokens = Math.min(this.#limits.inboundBurst, this.#tokens + earned)
    this.#refilledAt = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** Notes a refused message; false when the client has had its share of this minute. */
  strike(): boolean {
    const now = this.#clock.monotonic()
    if (now - this.#forgivenAt >= 60_000) {
      this.#strikes = 0
      this.#forgivenAt = now
    }
    this.#strikes += 1
    return this.#strikes <= this.#limits.maxStrikes
  }
}
