import type { DownFrame } from '@syncwatch/core'

/** A frame with its text, built once however many sessions and transports send it. */
export class EncodedFrame {
  readonly type: DownFrame['type']
  readonly text: string
  #bytes: Buffer | null = null
  #event: Uint8Array | null = null

  constructor(frame: DownFrame) {
    this.type = frame.type
    this.text = JSON.stringify(frame)
  }

  /** The text as UTF-8, as a WebSocket message carries it. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text)
    return this.#bytes
  }

  /** The lines of a server-sent event: JSON holds no line break, so one `data:` line does. */
  get event(): Uint8Array {
    this.#event ??= new Uint8Array(Buffer.from(`data: ${this.text}\n\n`))
    return this.#event
  }
}
