import type { Clock, Cursor, TimerHandle } from '@syncwatch/core'
import type { Catchup, Channel, ChannelMember } from '../channel/channel.ts'
import type { Lease } from '../channel/topic-sources.ts'
import type { Outbox } from './outbox.ts'

/**
 * One topic as one session follows it: a place in the channel's log. With nothing pending a change goes out in the flush
 * that brings it; after that the pace only bounds how soon the next may follow, and a full transport holds it back.
 */
export class FollowedTopic implements ChannelMember {
  readonly #lease: Lease<Channel>
  readonly #outbox: Outbox
  readonly #clock: Clock
  readonly #pace: () => number
  /** The step of the channel that was sent; -1, which no log reaches back to, asks for a snapshot. */
  #step = -1
  #cursor: Cursor | null = null
  #sentAt = Number.NEGATIVE_INFINITY
  #timer: TimerHandle | null = null
  #leave: () => void = () => {}

  constructor(lease: Lease<Channel>, outbox: Outbox, clock: Clock, pace: () => number) {
    this.#lease = lease
    this.#outbox = outbox
    this.#clock = clock
    this.#pace = pace
  }

  get channel(): Channel {
    return this.#lease.value
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
    if (missed && this.#outbox.hasRoom()) this.#deliver(missed)
    else this.flush()
    // The first change after the beginning is not a repetition.
    this.#sentAt = Number.NEGATIVE_INFINITY
  }

  channelChanged(): void {
    this.flush()
  }

  /** Sends what is due, if it is time and there is room. */
  flush(): void {
    if (this.#step === this.channel.step || !this.#outbox.hasRoom()) return
    const wait = this.#sentAt + this.#pace() - this.#clock.monotonic()
    if (wait > 0) this.#wait(wait)
    else this.#deliver(this.channel.since(this.#step))
  }

  /** The pace was changed: what waits is planned anew. */
  repace(): void {
    this.#timer?.cancel()
    this.#timer = null
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
    this.#timer?.cancel()
    this.#leave()
    this.#lease.release()
  }

  #wait(milliseconds: number): void {
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = null
      this.flush()
    }, milliseconds)
  }

  #deliver({ frames, step, cursor }: Catchup): void {
    this.#sentAt = this.#clock.monotonic()
    this.#step = step
    for (const [place, frame] of frames.entries()) {
      if (place === frames.length - 1) this.#cursor = cursor
      this.#outbox.send(frame)
    }
  }
}
