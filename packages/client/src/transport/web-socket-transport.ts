import { CLOSE_CODES, type ErrorCode, REALTIME_PATH } from '@syncwatch/core'
import { ClientError } from '../http/client-error.ts'
import { parseDownFrame } from './parse-down-frame.ts'
import type { Transport, TransportClose, TransportListener, TransportSession } from './transport.ts'
import type { WebSocketConstructor, WebSocketLike } from './web-socket-like.ts'

export interface WebSocketTransportOptions {
  /** The server's origin, `http` or `https`. */
  baseUrl: () => string
  WebSocket: WebSocketConstructor
}

const OPEN = 1

/** Frames over a WebSocket: one text message each. */
export function webSocketTransport({ baseUrl, WebSocket }: WebSocketTransportOptions): Transport {
  return {
    name: 'websocket',
    open: (hello, listener) => {
      let socket: WebSocketLike
      try {
        socket = new WebSocket(`${baseUrl().replace(/^http/, 'ws')}${REALTIME_PATH}`)
      } catch (error) {
        return neverOpened(error, listener)
      }
      // Its close follows and tells the same; but with `ws` an error that nobody listens to ends the process.
      socket.onerror = () => {}
      let isOver = false
      const finish = (reason: TransportClose) => {
        if (isOver) return
        isOver = true
        detach(socket)
        listener.closed(reason)
      }
      socket.onopen = () => {
        listener.opened()
        if (!isOver) socket.send(JSON.stringify(hello))
      }
      socket.onmessage = (event: { data: unknown }) => {
        const frame = parseDownFrame(event.data)
        if (frame) listener.frame(frame)
        else listener.garbage()
      }
      socket.onclose = (event: { code?: number; reason?: string }) => finish(closeReason(event))
      return {
        send: (frame) => {
          if (!isOver && socket.readyState === OPEN) socket.send(JSON.stringify(frame))
          return true
        },
        close: () => {
          isOver = true
          detach(socket)
          socket.close(1000)
        },
      }
    },
  }
}

function detach(socket: WebSocketLike): void {
  socket.onopen = null
  socket.onmessage = null
  socket.onclose = null
  // Closing a socket that still connects makes some hosts report an error, which would be uncaught without a listener.
  socket.onerror = () => {}
}

function neverOpened(error: unknown, listener: TransportListener): TransportSession {
  const code = error instanceof ClientError ? error.code : 'server_unreachable'
  listener.closed({ code, message: error instanceof Error ? error.message : String(error) })
  return { send: () => true, close: () => {} }
}

const CODE_OF_CLOSE: Record<number, ErrorCode> = {
  [CLOSE_CODES.goingAway]: 'shutting_down',
  [CLOSE_CODES.tooLarge]: 'payload_too_large',
  [CLOSE_CODES.tryAgainLater]: 'slow_consumer',
  [CLOSE_CODES.abuse]: 'frame_invalid',
  [CLOSE_CODES.unauthorized]: 'unauthorized',
  [CLOSE_CODES.protocolUnsupported]: 'protocol_unsupported',
  [CLOSE_CODES.helloTimeout]: 'timeout',
}

function closeReason({ code = 1006, reason }: { code?: number; reason?: string }): TransportClose {
  return {
    code: CODE_OF_CLOSE[code] ?? 'server_unreachable',
    message: reason || 'The connection to the server is gone.',
  }
}
