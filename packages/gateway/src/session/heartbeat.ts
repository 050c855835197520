import type { Clock, Random, TimerHandle } from '@syncwatch/core'
import type { GatewayLimits } from '../gateway-limits.ts'

export interface HeartbeatPorts {
  readonly clock: Clock
  readonly random: Random
  readonly limits: Pick<GatewayLimits, 'pingMinMs' | 'pingMaxMs'>
  /** Sends a ping; false when the wire has no answer to it, so that silence proves nothing. */
  ping(): boolean
  /** The last ping stayed without any sign of life. */
  onDead(): void
}

/**
 * Server-side signs of life. The server pings, since a hidden tab's own timers sleep while its socket still answers.
 * Whatever arrives counts as an answer.
 */
export class Heartbeat {
  readonly #ports: HeartbeatPorts
  #timer: TimerHandle
  #pingedAt: number | null = null

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports
    this.#timer = this.#plan()
  }

  /** Something came from the client. Gives the milliseconds since the ping that it answers, if it answers one. */
  heard(): number | null {
    if (this.#pingedAt === null) return null
    const roundTrip = this.#ports.clock.monotonic() - this.#pingedAt
    this.#pingedAt = null
    return roundTrip
  }

  stop(): void {
    this.#timer.cancel()
  }

  #plan(): TimerHandle {
    const { pingMinMs, pingMaxMs } = this.#ports.limits
    const wait = pingMinMs + this.#ports.random.next() * (pingMaxMs - pingMinMs)
    const timer = this.#ports.clock.setTimeout(() => this.#beat(), wait)
    timer.unref()
    return timer
  }

  #beat(): void {
    if (this.#pingedAt !== null) {
      this.#ports.onDead()
      return
    }
    this.#timer = this.#plan()
    const sentAt = this.#ports.clock.monotonic()
    if (this.#ports.ping()) this.#pingedAt = sentAt
  }
}
