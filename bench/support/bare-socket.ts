import { connect, type Socket } from 'node:net'

export interface BareSocketEvents {
  /** A whole text message; only called when the socket keeps them. */
  onText?(text: string): void
  /** The same as it came, for whoever does not want all of it decoded. */
  onBytes?(bytes: Buffer): void
  /** A message came, of so many bytes with its header. */
  onMessage?(bytes: number): void
  onClosed?(): void
}

/**
 * The client end of a WebSocket, as little of it as measuring takes: thousands of them must cost less than the server that
 * is measured. One that does not keep messages only counts them; the reading buffer is one for all sockets.
 */
export class BareSocket {
  readonly opened: Promise<void>
  readonly #socket: Socket
  readonly #events: BareSocketEvents
  readonly #keeps: boolean
  #isOpen = false
  #head: Buffer = Buffer.alloc(0)
  #open: () => void = () => {}
  #fail: (error: Error) => void = () => {}
  /** Bytes of the present message that are still to come, and what was kept of it. */
  #left = 0
  #size = 0
  #opcode = 0
  #kept: Buffer[] = []

  constructor(url: string, path: string, events: BareSocketEvents, keeps: () => boolean = () => true) {
    this.#events = events
    this.#keeps = keeps()
    this.opened = new Promise((resolve, reject) => {
      this.#open = resolve
      this.#fail = reject
    })
    const { hostname, port } = new URL(url)
    const onread = {
      buffer: READING,
      callback: (length: number, buffer: Uint8Array) => this.#read(buffer as Buffer, length),
    }
    this.#socket = connect({ host: hostname, port: Number(port), onread })
    this.#socket.setNoDelay(true)
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => {
      this.#fail(new Error('The server closed the connection.'))
      this.#events.onClosed?.()
    })
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
    )
  }

  send(text: string): void {
    this.#write(0x1, Buffer.from(text))
  }

  close(): void {
    this.#socket.destroy()
  }

  #write(opcode: number, payload: Buffer): void {
    const long = payload.length > 125
    const header = Buffer.alloc(long ? 8 : 6)
    header[0] = 0x80 | opcode
    header[1] = 0x80 | (long ? 126 : payload.length)
    if (long) header.writeUInt16BE(payload.length, 2)
    // The mask is zero, so the payload stays as it is.
    this.#socket.write(Buffer.concat([header, payload]))
  }

  #read(buffer: Buffer, length: number): boolean {
    const chunk = buffer.subarray(0, length)
    let data = chunk
    if (this.#head.length > 0) {
      data = Buffer.concat([this.#head, chunk])
      this.#head = EMPTY
    }
    if (!this.#isOpen) {
      const end = data.indexOf('\r\n\r\n')
      if (end < 0) {
        this.#head = Buffer.from(data)
        return true
      }
      const status = data.toString('latin1', 0, 12)
      if (!status.endsWith('101')) this.#fail(new Error(`The upgrade was answered with ${status}.`))
      this.#isOpen = true
      this.#open()
      data = data.subarray(end + 4)
    }
    this.#messages(data)
    return true
  }

  #messages(data: Buffer): void {
    let at = 0
    while (at < data.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, data.length - at)
        this.#take(data, at, taken)
        at += taken
        continue
      }
      const header = headerLength(data, at)
      if (header > data.length - at) break
      this.#opcode = (data[at] as number) & 0x0f
      this.#left = payloadLength(data, at)
      this.#size = header + this.#left
      at += header
      if (this.#left === 0) this.#ended()
    }
    if (at < data.length) this.#head = Buffer.from(data.subarray(at))
  }

  #take(data: Buffer, at: number, length: number): void {
    if (this.#keeps || this.#size < KEPT_ANYWAY) this.#kept.push(Buffer.from(data.subarray(at, at + length)))
    this.#left -= length
    if (this.#left === 0) this.#ended()
  }

  #ended(): void {
    const kept = this.#kept
    if (kept.length > 0) this.#kept = []
    if (this.#opcode === 0x9) this.#write(0xa, Buffer.concat(kept))
    else if (this.#opcode === 0x1) {
      this.#events.onMessage?.(this.#size)
      if (kept.length === 0) return
      const message = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept)
      this.#events.onBytes?.(message)
      this.#events.onText?.(message.toString())
    }
  }
}

const EMPTY = Buffer.alloc(0)
const READING = Buffer.alloc(256 * 1024)
const KEY = Buffer.from('a benchmark here').toString('base64')
/** Control frames and what a protocol says of itself. */
const KEPT_ANYWAY = 8

function headerLength(data: Buffer, at: number): number {
  if (data.length - at < 2) return 2
  const short = (data[at + 1] as number) & 0x7f
  return short === 127 ? 10 : short === 126 ? 4 : 2
}

function payloadLength(data: Buffer, at: number): number {
  const short = (data[at + 1] as number) & 0x7f
  if (short === 126) return data.readUInt16BE(at + 2)
  return short === 127 ? Number(data.readBigUInt64BE(at + 2)) : short
}
