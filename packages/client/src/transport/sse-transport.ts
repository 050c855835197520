import type { Hello, UpFrame } from '@syncwatch/core'
import type { SseTransportOptions } from './sse-options.ts'
import type { Transport, TransportListener, TransportSession } from './transport.ts'

/**
 * Frames as server-sent events, read through `fetch`. Up goes only what an HTTP request can say. Few need it, so its code is loaded with
 * the first attempt.
 */
export function sseTransport(options: SseTransportOptions): Transport {
  return { name: 'sse', open: (hello, listener) => new LazySession(options, hello, listener) }
}

class LazySession implements TransportSession {
  #session: TransportSession | null = null
  #isOver = false

  constructor(options: SseTransportOptions, hello: Hello, listener: TransportListener) {
    void this.#load(options, hello, listener)
  }

  send(frame: UpFrame): boolean {
    return this.#session?.send(frame) ?? true
  }

  close(): void {
    this.#isOver = true
    this.#session?.close()
  }

  async #load(options: SseTransportOptions, hello: Hello, listener: TransportListener): Promise<void> {
    try {
      const { SseSession } = await import('./sse-session.ts')
      if (this.#isOver) return
      const session = new SseSession(options, listener)
      this.#session = session
      await session.run(hello)
    } catch {
      if (!this.#isOver)
        listener.closed({ code: 'server_unreachable', message: 'A part of the page cannot be loaded.' })
    }
  }
}
