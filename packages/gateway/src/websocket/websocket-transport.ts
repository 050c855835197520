import type { CloseCode } from '@syncwatch/core'
import type { WebSocket } from 'ws'
import type { EncodedFrame } from '../channel/encoded-frame.ts'
import type { SessionTransport } from '../session/session-transport.ts'

/** A session's wire over one WebSocket of `ws`. `onDrained` is called when bytes have gone to the network. */
export class WebSocketTransport implements SessionTransport {
  readonly name = 'websocket'
  readonly #socket: WebSocket
  readonly #onDrained: () => void

  constructor(socket: WebSocket, onDrained: () => void) {
    this.#socket = socket
    this.#onDrained = onDrained
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  send(frame: EncodedFrame): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    // A failed send is followed by the socket's close, which ends the session.
    this.#socket.send(frame.bytes, { binary: false }, (error) => {
      if (!error) this.#onDrained()
    })
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
