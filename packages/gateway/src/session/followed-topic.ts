import type { Cursor } from '@syncwatch/core'
import type { Catchup, Channel, ChannelMember } from '../channel/channel.ts'
import type { Lease } from '../channel/topic-sources.ts'
import type { Outbox } from './outbox.ts'
import type { Paced, Pacer } from './pacer.ts'

/** What the topics of one session share. */
export interface FollowPorts {
  readonly outbox: Outbox
  readonly pacer: Pacer
  /** Least time between two deltas that the client asked for, milliseconds; the node's own may be longer. */
  readonly paceMs: number
}

/**
 * One topic as one session follows it: a place in the channel's log. With nothing pending a change goes out in the flush
 * that brings it; after that the pace only bounds how soon the next may follow, and a full transport holds it back.
 */
export class FollowedTopic implements ChannelMember, Paced {
  readonly channel: Channel
  readonly #lease: Lease<Channel>
  readonly #outbox: Outbox
  readonly #pacer: Pacer
  #paceMs: number
  /** The step of the channel that was sent; -1, which no log reaches back to, asks for a snapshot. */
  #step = -1
  #cursor: Cursor | null = null
  #sentAt = Number.NEGATIVE_INFINITY
  #cancelWake: (() => void) | null = null
  #leave: () => void = () => {}

  constructor(lease: Lease<Channel>, ports: FollowPorts) {
    this.channel = lease.value
    this.#lease = lease
    this.#outbox = ports.outbox
    this.#pacer = ports.pacer
    this.#paceMs = ports.paceMs
  }

  /** Everything before it was sent; null before the first frame. */
  get cursor(): Cursor | null {
    return this.#cursor
  }

  /**
   * Begins with what a resuming client lacks, or else with a snapshot. Where there is no room for it, it waits like any
   * other change and is a snapshot then.
   */
  begin(missed: Catchup | null): void {
    this.#leave = this.channel.join(this)
    if (missed && this.#outbox.hasRoom()) this.#deliver(missed, this.#pacer.now())
    else this.flush()
    // The first change after the beginning is not a repetition.
    this.#sentAt = Number.NEGATIVE_INFINITY
  }

  channelChanged(now: number): void {
    // What waits for its time goes out then, whatever else changes meanwhile.
    if (this.#cancelWake === null) this.#flushAt(now)
  }

  paceReached(now: number): void {
    this.#cancelWake = null
    this.#flushAt(now, true)
  }

  /** Sends what is due, if it is time and there is room. */
  flush(): void {
    this.#flushAt(this.#pacer.now(), true)
  }

  /** The pace that the client asks for was changed: what waits is planned anew. */
  repace(paceMs: number): void {
    this.#paceMs = paceMs
    this.#stopWaiting()
    this.flush()
  }

  /** With nothing due, tells how far the topic was read meanwhile, so that the client's cursor stays young. */
  advance(): void {
    const { channel } = this
    if (this.#step !== channel.step || this.#cursor === channel.cursor || !this.#outbox.hasRoom()) return
    const frame = channel.advance()
    this.#cursor = channel.cursor
    this.#outbox.send(frame)
  }

  stop(): void {
    this.#stopWaiting()
    this.#leave()
    this.#lease.release()
  }

  /** `inTurn`: nobody is before this one. */
  #flushAt(now: number, inTurn = false): void {
    if (this.#step === this.channel.step || !this.#outbox.hasRoom()) return
    const time = this.#sentAt + Math.max(this.#paceMs, this.#pacer.paceMs)
    if (time > now) this.#cancelWake ??= this.#pacer.wakeAt(time, this)
    else if (inTurn) this.#deliver(this.channel.since(this.#step), now)
    else this.#cancelWake = this.#pacer.inTurn(this, now)
  }

  #stopWaiting(): void {
    this.#cancelWake?.()
    this.#cancelWake = null
  }

  #deliver({ frames, step, cursor }: Catchup, now: number): void {
    this.#sentAt = now
    this.#step = step
    for (const [place, frame] of frames.entries()) {
      if (place === frames.length - 1) this.#cursor = cursor
      this.#outbox.send(frame)
    }
  }
}
