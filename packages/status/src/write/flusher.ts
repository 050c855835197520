import type { Clock, Random, TimerHandle } from '@syncwatch/core'

/** Something that gathers values and can write all it has. */
export interface Writer {
  /** True when something waits to be written. */
  readonly hasPending: boolean
  /** Writes what waits now. Rejects when the database cannot be reached; then everything waits again. */
  write(): Promise<void>
}

export interface FlusherOptions {
  readonly writers: readonly Writer[]
  readonly clock: Clock
  readonly random: Random
  /** How many watch; with none a flush a second suffices. */
  readonly watchers: () => number
  /** True while somebody waits for a commit. */
  readonly isAwaited: () => boolean
  readonly onFailure: (error: unknown, retryInMs: number) => void
}

/** The shortest time from one flush to the next while somebody watches. */
export const FLUSH_INTERVAL_MS = 20
/** A flush may take four fifths of the time. A longer pause gathers more, which makes the next one longer too. */
const FLUSH_DUTY = 1.25
/** Usual is the median of so many, or a single slow commit would make everybody wait twice as long. */
const USUAL_FLUSHES = 5
export const UNWATCHED_INTERVAL_MS = 1000
const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 5000

/**
 * When to flush: at once when idle (the leading edge), then every max(20 ms, 1.25 × the usual flush), every second while
 * nobody watches, and with growing pauses while the database is gone. One flush at a time.
 */
export class Flusher {
  readonly #options: FlusherOptions
  #timer: TimerHandle | null = null
  #running: Promise<void> | null = null
  #startedAt = Number.NEGATIVE_INFINITY
  /** Zeros at first: a flush that has to connect says nothing about the usual one. */
  #durations: number[] = [0, 0, 0, 0]
  #failures = 0
  #urgent = false
  #stopped = false

  constructor(options: FlusherOptions) {
    this.#options = options
  }

  /** Something was accepted. */
  wake(): void {
    if (this.#timer !== null || this.#running !== null || this.#stopped) return
    this.#plan()
  }

  /** Somebody began to watch: do not sit out the second. */
  hurry(): void {
    if (this.#timer === null || this.#failures > 0) return
    this.#timer.cancel()
    this.#timer = null
    this.#plan()
  }

  /** Flushes now; what was accepted before this call has been tried when it resolves. Never rejects. */
  async now(): Promise<void> {
    if (this.#running !== null) {
      this.#urgent = true
      await this.#running
      if (!this.#hasPending()) return
    }
    this.#timer?.cancel()
    this.#timer = null
    await this.#begin()
  }

  /** No further timers; `now` still works. */
  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#timer = null
  }

  #plan(): void {
    const delay = this.#delay()
    // A timer of 0 would add a millisecond to an idle system's only change.
    if (delay <= 0) void this.#begin()
    else
      this.#timer = this.#options.clock.setTimeout(() => {
        this.#timer = null
        void this.#begin()
      }, delay)
  }

  /** The flush under way, or a new one at the end of this tick, so that calls of one moment go together. */
  #begin(): Promise<void> {
    this.#running ??= Promise.resolve().then(() => this.#flush())
    return this.#running
  }

  #delay(): number {
    if (this.#failures > 0) return this.#retryDelay()
    const { watchers, isAwaited } = this.#options
    const interval =
      watchers() === 0 && !isAwaited()
        ? UNWATCHED_INTERVAL_MS
        : Math.max(FLUSH_INTERVAL_MS, FLUSH_DUTY * expected(this.#durations))
    return this.#startedAt + interval - this.#options.clock.monotonic()
  }

  #retryDelay(): number {
    return this.#longestRetry() * (0.5 + this.#options.random.next() / 2)
  }

  #longestRetry(): number {
    return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1))
  }

  #hasPending(): boolean {
    return this.#options.writers.some((writer) => writer.hasPending)
  }

  async #flush(): Promise<void> {
    const { clock, writers } = this.#options
    this.#startedAt = clock.monotonic()
    try {
      for (const writer of writers) if (writer.hasPending) await writer.write()
      this.#failures = 0
      this.#durations = [...this.#durations, clock.monotonic() - this.#startedAt].slice(-USUAL_FLUSHES)
    } catch (error) {
      this.#failures += 1
      this.#options.onFailure(error, this.#longestRetry())
    }
    this.#running = null
    const again = this.#urgent && this.#failures === 0
    this.#urgent = false
    if (!this.#hasPending() || this.#stopped) return
    if (again) void this.#begin()
    else this.#plan()
  }
}

/** The last one where it was quick, for then what made others slow is over; else the usual one. */
function expected(durations: readonly number[]): number {
  return Math.min(durations.at(-1) ?? 0, median(durations))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
