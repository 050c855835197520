import { clearImmediate, setImmediate } from 'node:timers'
import type { Clock, TimerHandle } from '@syncwatch/core'
import type { GatewayLimits } from '../gateway-limits.ts'
import { AdaptivePace } from './adaptive-pace.ts'

/** How far apart two wake-ups are at least, milliseconds. */
const GRAIN_MS = 5
/** So long is sent in one go; then everything else of the node has its turn. */
const SLICE_MS = 5
/** The same while sending takes most of the time: what commits meanwhile needs several turns until it can be sent. */
const BUSY_SLICE_MS = 1
/** Who sends after a pause of this length begins a slice of its own. */
const PAUSE_MS = 1

/** Calls back when everything else that is ready was done; a timer would rest for a millisecond first. Returns how to take it back. */
export type Turn = (callback: () => void) => () => void

const nextTurn: Turn = (callback) => {
  const immediate = setImmediate(callback)
  return () => clearImmediate(immediate)
}

/** Somebody whose change has to wait for its time. */
export interface Paced {
  /** It is time. `now` is the same for all that are woken together, so that they also come due together again. */
  paceReached(now: number): void
}

/**
 * Says when sessions may send. Those whose pace allows the next delta within 5 ms of each other are woken by one timer, so
 * that thousands of them cost a few timers and share the frames of the same stretch. Where sending takes long it is done
 * in slices, everybody in turn: who comes later in the turn is sent what was committed by then, and the node's other
 * work is never further away than the end of a slice.
 */
export class Pacer {
  readonly #clock: Clock
  readonly #due = new Map<number, { readonly members: Set<Paced>; readonly timer: TimerHandle }>()
  /** Whose time has come and who wait for their turn, in order. */
  readonly #turns = new Set<Paced>()
  #cancelSlice: (() => void) | null = null
  #sliceBeganAt = Number.NEGATIVE_INFINITY
  #sentAt = Number.NEGATIVE_INFINITY

  readonly #pace: AdaptivePace
  readonly #turn: Turn

  constructor(clock: Clock, limits: Pick<GatewayLimits, 'paceMs' | 'busyPaceMs'>, turn: Turn = nextTurn) {
    this.#clock = clock
    this.#pace = new AdaptivePace(limits)
    this.#turn = turn
  }

  /** Least time between two deltas of one topic to one session, as of now. */
  get paceMs(): number {
    return this.#pace.ms
  }

  now(): number {
    return this.#clock.monotonic()
  }

  /** Calls `member` now, or in its turn where others are before it. Returns how to take that back; null when it is done. */
  inTurn(member: Paced, now: number): (() => void) | null {
    if (this.#hasRoom()) {
      this.#call(member, now)
      return null
    }
    this.#turns.add(member)
    this.#cancelSlice ??= this.#turn(() => this.#slice())
    return () => this.#leave(member)
  }

  /** Wakes `member` at `time` (monotonic) or up to 5 ms later, and then in its turn. Returns how to take that back. */
  wakeAt(time: number, member: Paced): () => void {
    const slot = Math.ceil(time / GRAIN_MS) * GRAIN_MS
    const due = this.#due.get(slot) ?? this.#open(slot)
    due.members.add(member)
    return () => {
      this.#leave(member)
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
      for (const member of due.members) this.inTurn(member, now)
    }
    const wait = Math.max(0, slot - this.#clock.monotonic())
    const due = { members: new Set<Paced>(), timer: this.#clock.setTimeout(wake, wait) }
    this.#due.set(slot, due)
    return due
  }

  get #sliceMs(): number {
    return this.#pace.isSlowed ? BUSY_SLICE_MS : SLICE_MS
  }

  /** A slice begins with the first who sends after a pause. */
  #hasRoom(): boolean {
    if (this.#cancelSlice !== null) return false
    const now = this.#clock.monotonic()
    if (now - this.#sentAt >= PAUSE_MS) this.#sliceBeganAt = now
    return now - this.#sliceBeganAt < this.#sliceMs
  }

  #slice(): void {
    this.#cancelSlice = null
    const now = this.#clock.monotonic()
    this.#sliceBeganAt = now
    for (const member of this.#turns) {
      this.#turns.delete(member)
      this.#call(member, now)
      if (this.#sentAt - now >= this.#sliceMs) break
    }
    if (this.#turns.size > 0) this.#cancelSlice = this.#turn(() => this.#slice())
  }

  #call(member: Paced, now: number): void {
    const began = this.#clock.monotonic()
    member.paceReached(now)
    this.#sentAt = this.#clock.monotonic()
    this.#pace.spent(began, this.#sentAt)
  }

  #leave(member: Paced): void {
    if (!this.#turns.delete(member) || this.#turns.size > 0) return
    this.#cancelSlice?.()
    this.#cancelSlice = null
  }
}
