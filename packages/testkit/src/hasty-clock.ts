import { type Clock, systemClock, type TimerHandle } from '@syncwatch/core'

/**
 * The machine's clock, so many times as fast: who lives by it has waited half a minute after a second or two. `jump` sets its
 * wall clock, as an administrator or NTP would, or as a sleep looks to who slept.
 */
export class HastyClock implements Clock {
  readonly #clock = systemClock()
  #haste: number
  readonly #wallStart: number
  #since: number
  #passed = 0
  #jumped = 0

  constructor(haste = 1) {
    this.#haste = haste
    this.#wallStart = this.#clock.now()
    this.#since = this.#clock.monotonic()
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

  /** Goes at another speed from now on; timers that wait keep theirs. */
  setHaste(haste: number): void {
    this.#passed = this.#elapsed()
    this.#since = this.#clock.monotonic()
    this.#haste = haste
  }

  #elapsed(): number {
    return this.#passed + (this.#clock.monotonic() - this.#since) * this.#haste
  }
}
