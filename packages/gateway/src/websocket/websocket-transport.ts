import type { Duplex } from 'node:stream'
import type { CloseCode } from '@syncwatch/core'
import type { WebSocket } from 'ws'
import type { EncodedFrame } from '../channel/encoded-frame.ts'
import type { SessionTransport } from '../session/session-transport.ts'

/**
 * A session's wire over one WebSocket of `ws`. Frames go straight to the connection below it, since their bytes, header
 * included, are the same for every session: `ws` writes whole frames in one go and compresses nothing here, so its
 * own (pongs, closes) and ours never mix within a frame. `onDrained` is called when what waited has gone to the network.
 */
export class WebSocketTransport implements SessionTransport {
  readonly name = 'websocket'
  readonly #socket: WebSocket
  readonly #connection: Duplex

  constructor(socket: WebSocket, connection: Duplex, onDrained: () => void) {
    this.#socket = socket
    this.#connection = connection
    connection.on('drain', onDrained)
  }

  get bufferedBytes(): number {
    return this.#connection.writableLength
  }

  send(frame: EncodedFrame): void {
    // A failed write is followed by the connection's close, which ends the session.
    if (this.#socket.readyState === this.#socket.OPEN) this.#connection.write(frame.message)
  }

  ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping()
  }

  close(code: CloseCode, reason: string): void {
    this.#socket.close(code, reason)
  }

  terminate(): void {
    this.#socket.terminate()
  }
}
