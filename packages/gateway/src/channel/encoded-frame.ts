import type { DownFrame } from '@syncwatch/core'
import { encodeTextMessage } from './text-message.ts'

/** A frame with its text, built once however many sessions and transports send it. */
export class EncodedFrame {
  readonly type: DownFrame['type']
  readonly text: string
  #message: Buffer | null = null
  #event: Uint8Array | null = null

  constructor(frame: DownFrame) {
    this.type = frame.type
    this.text = JSON.stringify(frame)
  }

  /** The whole WebSocket message, header and text, ready for the socket. */
  get message(): Buffer {
    this.#message ??= encodeTextMessage(this.text)
    return this.#message
  }

  /** The lines of a server-sent event: JSON holds no line break, so one `data:` line does. */
  get event(): Uint8Array {
    this.#event ??= new Uint8Array(Buffer.from(`data: ${this.text}\n\n`))
    return this.#event
  }
}
