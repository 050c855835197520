import type { Clock, TimerHandle } from '@syncwatch/core'

/** How far apart two wake-ups are at least, milliseconds. */
const GRAIN_MS = 5

/** Somebody whose change has to wait for its time. */
export interface Paced {
  /** It is time. `now` is the same for all that are woken together, so that they also come due together again. */
  paceReached(now: number): void
}

/**
 * Wakes sessions when their pace allows the next delta: those due within 5 ms of each other by one timer, so that
 * thousands of them cost a few timers and share the frames of the same stretch.
 */
export class Pacer {
  readonly #clock: Clock
  readonly #due = new Map<number, { readonly members: Set<Paced>; readonly timer: TimerHandle }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.monotonic()
  }

  /** Wakes `member` at `time` (monotonic) or up to 5 ms later. Returns how to take that back. */
  wakeAt(time: number, member: Paced): () => void {
    const slot = Math.ceil(time / GRAIN_MS) * GRAIN_MS
    const due = this.#due.get(slot) ?? this.#open(slot)
    due.members.add(member)
    return () => {
      due.members.delete(member)
      if (due.members.size > 0 || this.#due.get(slot) !== due) return
      due.timer.cancel()
      this.#due.delete(slot)
    }
  }

  #open(slot: number): { members: Set<Paced>; timer: TimerHandle } {
    const wake = () => {
      this.#due.delete(slot)
      const now = this.#clock.monotonic()
      for (const member of due.members) member.paceReached(now)
    }
    const due = { members: new Set<Paced>(), timer: this.#clock.setTimeout(wake, slot - this.#clock.monotonic()) }
    this.#due.set(slot, due)
    return due
  }
}
