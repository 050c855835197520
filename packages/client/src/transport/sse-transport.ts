import type { SseTransportOptions } from './sse-options.ts'
import type { SseSession } from './sse-session.ts'
import type { Transport } from './transport.ts'

/**
 * Frames as server-sent events, read through `fetch`. Up goes only what an HTTP request can say. Few need it, so its code is loaded with
 * the first attempt.
 */
export function sseTransport(options: SseTransportOptions): Transport {
  return {
    name: 'sse',
    open: (hello, listener) => {
      let session: SseSession | undefined
      let isOver = false
      import('./sse-session.ts')
        .then(({ SseSession }) => {
          if (isOver) return
          session = new SseSession(options, listener)
          return session.run(hello)
        })
        .catch(() => {
          if (isOver) return
          listener.closed({ code: 'server_unreachable', message: 'A part of the page cannot be loaded.' })
        })
      return {
        send: (frame) => session?.send(frame) ?? true,
        close: () => {
          isOver = true
          session?.close()
        },
      }
    },
  }
}
