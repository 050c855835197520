import type { Clock, TimerHandle } from '@syncwatch/core'

interface PendingTimer {
  readonly due: number
  readonly order: number
  readonly callback: () => void
}

/** A `Clock` whose hands the test turns. Starts at `startMs` (milliseconds since 1970). */
export class FakeClock implements Clock {
  #wall: number
  #elapsed = 0
  #order = 0
  readonly #timers = new Set<PendingTimer>()

  constructor(startMs = Date.UTC(2030, 0, 1)) {
    this.#wall = startMs
  }

  now(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#elapsed
  }

  setTimeout(callback: () => void, milliseconds: number): TimerHandle {
    this.#order += 1
    const timer = { due: this.#elapsed + Math.max(0, milliseconds), order: this.#order, callback }
    this.#timers.add(timer)
    return { cancel: () => void this.#timers.delete(timer), unref: () => {} }
  }

  /** How many timers wait; 0 shows that nothing was left running. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /** Milliseconds until the next timer is due, or undefined when none waits. */
  get nextTimerIn(): number | undefined {
    const next = this.#nextTimer()
    return next && next.due - this.#elapsed
  }

  /** Sets the wall clock only, as an administrator or NTP would; timers and `monotonic` do not notice. */
  setWallClock(milliseconds: number): void {
    this.#wall = milliseconds
  }

  /**
   * Lets `milliseconds` pass: runs each timer that falls due, in order of time and then of its making, timers made
   * meanwhile included, and lets promises settle before, between and after.
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#elapsed + milliseconds
    await settle()
    for (let timer = this.#nextTimer(); timer && timer.due <= end; timer = this.#nextTimer()) {
      this.#timers.delete(timer)
      this.#moveTo(timer.due)
      timer.callback()
      await settle()
    }
    this.#moveTo(end)
  }

  /** Somebody is at work for so long: time passes, and no timer runs meanwhile. */
  spend(milliseconds: number): void {
    this.#moveTo(this.#elapsed + milliseconds)
  }

  #nextTimer(): PendingTimer | undefined {
    let next: PendingTimer | undefined
    for (const timer of this.#timers) {
      if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order)) next = timer
    }
    return next
  }

  #moveTo(elapsed: number): void {
    if (elapsed <= this.#elapsed) return
    this.#wall += elapsed - this.#elapsed
    this.#elapsed = elapsed
  }
}

/** One turn of the event loop runs every promise callback that is ready. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
