import type { SseTransportOptions } from './sse-options.ts'
import type { Transport, TransportSession } from './transport.ts'

/**
 * Frames as server-sent events, read through `fetch`. Up goes only what an HTTP request can say. Few need it, so its code is loaded with
 * the first attempt.
 */
export function sseTransport(options: SseTransportOptions): Transport {
  return {
    name: 'sse',
    open: (hello, listener) => {
      let session: TransportSession | undefined
      let isOver = false
      const load = async () => {
        const { SseSession } = await import('./sse-session.ts')
        if (isOver) return
        const loaded = new SseSession(options, listener)
        session = loaded
        await loaded.run(hello)
      }
      load().catch(() => {
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
