import type { Clock, TimerHandle } from '@syncwatch/core'

/** Repeats a piece of work with a pause after each, never two at once. It does not keep a process alive. */
export class Loop {
  readonly #clock: Clock
  readonly #interval: number
  readonly #work: () => Promise<void>
  readonly #onError: (error: unknown) => void
  #timer: TimerHandle | null = null
  #running: Promise<void> | null = null
  #isOn = false

  constructor(clock: Clock, interval: number, work: () => Promise<void>, onError: (error: unknown) => void) {
    this.#clock = clock
    this.#interval = interval
    this.#work = work
    this.#onError = onError
  }

  /** With `soon` the first round comes at once. */
  start(when: 'soon' | 'later' = 'later'): void {
    if (this.#isOn) return
    this.#isOn = true
    this.#plan(when === 'soon' ? 0 : this.#interval)
  }

  /** A round out of turn; the one under way if there is one. */
  now(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = null
    this.#running ??= this.#round()
    return this.#running
  }

  /** Resolves when the round under way is over. */
  async stop(): Promise<void> {
    this.#isOn = false
    this.#timer?.cancel()
    this.#timer = null
    await this.#running
  }

  #plan(delay: number): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null
      this.#running ??= this.#round()
    }, delay)
    this.#timer.unref()
  }

  async #round(): Promise<void> {
    try {
      await this.#work()
    } catch (error) {
      this.#onError(error)
    }
    this.#running = null
    if (this.#isOn && this.#timer === null) this.#plan(this.#interval)
  }
}
