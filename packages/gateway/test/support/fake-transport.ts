import type { Delta, DownFrame, Snapshot } from '@syncwatch/core'
import type { EncodedFrame } from '../../src/channel/encoded-frame.ts'
import type { Session } from '../../src/session/session.ts'
import type { SessionTransport } from '../../src/session/session-transport.ts'

/** A wire that keeps everything until the test flushes it by hand. */
export class FakeTransport implements SessionTransport {
  readonly name: 'websocket' | 'sse'
  session: Session | null = null
  /** Encoded frames as they were taken over: the same object for two sessions shows that it was built once. */
  readonly encoded: EncodedFrame[] = []
  readonly eventIds: (string | null)[] = []
  pings = 0
  closed: { code: number; reason: string } | null = null
  isTerminated = false
  answersPings = true
  /** Whether what is sent counts as read at once. */
  isReading = true
  bufferedBytes = 0
  #read = 0

  constructor(name: 'websocket' | 'sse' = 'websocket') {
    this.name = name
  }

  send(frame: EncodedFrame, eventId: () => string | null): void {
    this.encoded.push(frame)
    this.eventIds.push(eventId())
    if (!this.isReading) this.bufferedBytes += frame.message.length
  }

  ping(): void {
    this.pings += 1
    if (this.answersPings) queueMicrotask(() => this.session?.ponged())
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason }
    if (this.isReading) this.session?.transportClosed()
  }

  terminate(): void {
    this.isTerminated = true
    this.session?.transportClosed()
  }

  /** The client reads everything that waits. */
  drain(): void {
    this.bufferedBytes = 0
    this.session?.drained()
  }

  /** Every frame so far. */
  get frames(): DownFrame[] {
    return this.encoded.map((frame) => JSON.parse(frame.text) as DownFrame)
  }

  /** The frames since the last call. */
  next(): DownFrame[] {
    const frames = this.frames.slice(this.#read)
    this.#read = this.encoded.length
    return frames
  }

  nextTypes(): string[] {
    return this.next().map((frame) => frame.type)
  }

  deltas(): Delta[] {
    return this.frames.filter((frame) => frame.type === 'delta')
  }

  snapshots(): Snapshot[] {
    return this.frames.filter((frame) => frame.type === 'snapshot')
  }
}
