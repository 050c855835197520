import { type Clock, systemClock, type TimerHandle } from '@syncwatch/core'

/**
 * The machine's clock, so many times as fast: who lives by it has waited half a minute after a second or two. `jump` sets its
 * wall clock, as an administrator or NTP would, or as a sleep looks to who slept.
 */
export class HastyClock implements Clock {
  readonly #clock = systemClock()
  readonly #haste: number
  readonly #wallStart: number
  readonly #start: number
  #jumped = 0

  constructor(haste = 1) {
    this.#haste = haste
    this.#wallStart = this.#clock.now()
    this.#start = this.#clock.monotonic()
  }

  now(): number {
    return this.#wallStart + this.#jumped + this.#elapsed()
  }

  monotonic(): number {
    return this.#elapsed()
  }

  setTimeout(callback: () => void, milliseconds: number): TimerHandle {
    return this.#clock.setTimeout(callback, milliseconds / this.#haste)
  }

  /** Moves the wall clock, for good; timers and `monotonic` do not notice. */
  jump(milliseconds: number): void {
    this.#jumped += milliseconds
  }

  #elapsed(): number {
    return (this.#clock.monotonic() - this.#start) * this.#haste
  }
}
