import { type CloseCode, type ErrorCode, REALTIME_PATH, type UpFrame } from '@syncwatch/core'
import type { ClientError } from '../http/client-error.ts'
import { parseDownFrame } from './parse-down-frame.ts'
import {
  SESSION_ENDED,
  type Transport,
  type TransportClose,
  type TransportListener,
  type TransportSession,
} from './transport.ts'
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
        return neverOpened(error as Partial<ClientError>, listener)
      }
      // Its close follows and tells the same; but with `ws` an error that nobody listens to ends the process.
      socket.onerror = () => {}
      let isOver = false
      const send = (frame: UpFrame) => {
        if (!isOver && socket.readyState === OPEN) socket.send(JSON.stringify(frame))
        return true
      }
      socket.onopen = () => {
        if (isOver) return
        listener.opened()
        send(hello)
      }
      socket.onmessage = (event: { data: unknown }) => {
        if (isOver) return
        const frame = parseDownFrame(event.data)
        if (frame) listener.frame(frame)
        else listener.garbage()
      }
      socket.onclose = (event: { code?: number; reason?: string }) => {
        if (isOver) return
        isOver = true
        listener.closed(closeReason(event))
      }
      return {
        send,
        close: () => {
          isOver = true
          socket.close(1000)
        },
      }
    },
  }
}

function neverOpened({ code, message }: Partial<ClientError>, listener: TransportListener): TransportSession {
  // What hosts throw has a number for a code, or none.
  listener.closed({ code: typeof code === 'string' ? code : 'server_unreachable', message: String(message) })
  return { send: () => true, close: () => {} }
}

/** By the numbers of `CLOSE_CODES`: the names of them are not brought to browsers. */
const CODE_OF_CLOSE: Record<CloseCode, ErrorCode> = {
  1001: 'shutting_down',
  1009: 'payload_too_large',
  1013: 'slow_consumer',
  4400: 'frame_invalid',
  4401: 'unauthorized',
  4406: 'protocol_unsupported',
  4408: 'timeout',
}

function closeReason({ code, reason }: { code?: number; reason?: string }): TransportClose {
  return {
    code: CODE_OF_CLOSE[code as CloseCode] ?? 'server_unreachable',
    message: reason || SESSION_ENDED,
  }
}
