import type { Goodbye } from '@syncwatch/core'
import type { EncodedFrame } from '../channel/encoded-frame.ts'
import type { SessionTransport } from '../session/session-transport.ts'

export interface SseTransportEvents {
  /** The reader took something. */
  onDrained(): void
  /** The reader went away, or the stream was ended. Called once. */
  onClosed(): void
}

/** A session's wire as the body of an event stream. What waits to be read is bounded by the session, which asks first. */
export class SseTransport implements SessionTransport {
  readonly name = 'sse'
  readonly body: ReadableStream<Uint8Array>
  readonly #events: SseTransportEvents
  readonly #highWaterMark: number
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null

  constructor(events: SseTransportEvents, highWaterMark: number) {
    this.#events = events
    this.#highWaterMark = highWaterMark
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => events.onDrained(),
        cancel: () => this.#closed(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark }),
    )
  }

  get bufferedBytes(): number {
    return this.#highWaterMark - (this.#controller?.desiredSize ?? this.#highWaterMark)
  }

  send(frame: EncodedFrame, eventId: () => string | null): void {
    const id = eventId()
    if (id !== null) this.#write(TEXT.encode(`id: ${id}\n`))
    if (frame.type === 'goodbye') this.#write(TEXT.encode(`retry: ${returnTime(frame)}\n`))
    this.#write(frame.event)
  }

  /** A comment: it keeps proxies from closing a quiet stream, and finds out that the reader is gone. */
  ping(): void {
    this.#write(KEEPALIVE)
  }

  close(): void {
    const controller = this.#controller
    this.#closed()
    controller?.close()
  }

  terminate(): void {
    const controller = this.#controller
    this.#closed()
    controller?.error(new DOMException('The stream was ended.', 'AbortError'))
  }

  #write(bytes: Uint8Array): void {
    this.#controller?.enqueue(bytes)
  }

  #closed(): void {
    if (!this.#controller) return
    this.#controller = null
    this.#events.onClosed()
  }
}

const TEXT = new TextEncoder()
const KEEPALIVE = TEXT.encode(': keepalive\n\n')

/** A browser's own `EventSource` does not read the frame, but waits this long before it comes back. */
function returnTime(frame: EncodedFrame): number {
  return (JSON.parse(frame.text) as Goodbye).retryAfterMs
}
