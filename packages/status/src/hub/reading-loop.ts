import type { Clock, TimerHandle } from '@syncwatch/core'

export interface ReadingLoopOptions {
  readonly clock: Clock
  /** One reading. */
  readonly read: () => Promise<void>
  /** Whether the reading that begins now is like most: its duration says how soon the next may follow. */
  readonly isUsual: () => boolean
  readonly onRead: () => void
  readonly onFailed: (error: unknown) => void
  /** What to do after a reading when nothing was heard meanwhile: read at once, after so many milliseconds, or rest. */
  readonly next: () => 'now' | 'rest' | number
}

/** Between two readings, so that a stream of hints costs a bounded number of them. */
const READ_INTERVAL_MS = 50
const LONGEST_READ_INTERVAL_MS = 500
const READ_DUTY = 4
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 2000

/** When to read: soon after a hint, now and then without one, and with growing pauses while it fails. One reading at a time. */
export class ReadingLoop {
  readonly #options: ReadingLoopOptions
  #readAt = Number.NEGATIVE_INFINITY
  #duration = 0
  #failures = 0
  #timer: TimerHandle | null = null
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(options: ReadingLoopOptions) {
    this.#options = options
  }

  /** A reading that begins now, or another one after that which is under way. */
  now(): void {
    this.#again = true
    this.#plan(0)
  }

  /** The same as soon as the last reading is long enough ago. */
  soon(): void {
    this.#again = true
    this.#plan(this.#pause())
  }

  /** The reading that is under way, if any, may have missed something: another one follows it. */
  repeat(): void {
    this.#again = true
  }

  /** Nothing further until asked again. */
  rest(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.rest()
    await this.#running
  }

  #pause(): number {
    const interval = Math.min(LONGEST_READ_INTERVAL_MS, Math.max(READ_INTERVAL_MS, READ_DUTY * this.#duration))
    return Math.max(0, this.#readAt + interval - this.#options.clock.monotonic())
  }

  #plan(delay: number): void {
    if (this.#stopped || this.#running !== null) return
    this.rest()
    if (delay <= 0) {
      this.#running = Promise.resolve().then(() => this.#round())
      return
    }
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = null
      this.#running ??= this.#round()
    }, delay)
    this.#timer.unref()
  }

  async #round(): Promise<void> {
    const { clock, read, isUsual, onRead, onFailed } = this.#options
    this.#again = false
    this.#readAt = clock.monotonic()
    const says = isUsual()
    try {
      await read()
      this.#failures = 0
      if (says) this.#duration = clock.monotonic() - this.#readAt
      onRead()
    } catch (error) {
      this.#failures += 1
      onFailed(error)
    }
    this.#running = null
    this.#planNext()
  }

  #planNext(): void {
    const next = this.#options.next()
    if (next === 'rest') return
    if (this.#failures > 0) this.#plan(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures))
    else if (next === 'now') this.#plan(0)
    else if (this.#again) this.#plan(Math.max(1, this.#pause()))
    else this.#plan(next)
  }
}
