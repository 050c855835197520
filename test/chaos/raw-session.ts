import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { PROTOCOL_VERSION } from '@syncwatch/core'

const OPCODES = { continuation: 0, text: 1, close: 8 } as const

/** A connection to a node that says what no client library would say. */
export class RawSession {
  readonly socket: Socket
  /** What came, as far as it is looked at. */
  received = ''
  readonly ended: Promise<void>
  hasEnded = false

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' })
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk) => {
      if (this.received.length < 4_096) this.received += chunk.toString('latin1')
    })
    this.ended = new Promise((resolve) =>
      this.socket.once('close', () => {
        this.hasEnded = true
        resolve()
      }),
    )
  }

  get wasWelcome(): boolean {
    return this.received.includes('"type":"welcome"')
  }

  /** Asks for a WebSocket; what is sent next is in its frames, whether it was granted or not. */
  upgrade(): void {
    this.socket.write(
      `GET /realtime HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    )
  }

  say(message: object): void {
    this.socket.write(textFrame(JSON.stringify(message)))
  }

  hello(ticket: string, clientId?: string): void {
    this.say(helloWith(ticket, clientId))
  }

  /** Resolves when there was a welcome, or when there will be none. */
  async settled(): Promise<void> {
    while (!this.wasWelcome && !this.hasEnded)
      await Promise.race([this.ended, once(this.socket, 'data').catch(() => this.ended)])
  }
}

export function helloWith(ticket: string, clientId = 'intruder'): object {
  return { type: 'hello', protocol: PROTOCOL_VERSION, clientId, ticket, topics: ['operations'] }
}

export function textFrame(text: string | Buffer): Buffer {
  return frame(Buffer.from(text), 'text', true)
}

/** One message in pieces of so many bytes. */
export function fragmentsOf(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text)
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, index) =>
    frame(bytes.subarray(index * size, (index + 1) * size), index === 0 ? 'text' : 'continuation', index === count - 1),
  )
}

/** A masked frame, as a client sends it. */
function frame(payload: Buffer, opcode: keyof typeof OPCODES, isLast: boolean): Buffer {
  const first = (isLast ? 0x80 : 0) | OPCODES[opcode]
  const { length } = payload
  const header =
    length < 126
      ? Buffer.from([first, 0x80 | length])
      : length < 65_536
        ? Buffer.from([first, 0x80 | 126, length >> 8, length & 255])
        : Buffer.from([
            first,
            0x80 | 127,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >> 16) & 255,
            (length >> 8) & 255,
            length & 255,
          ])
  const mask = randomBytes(4)
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] as number))
  return Buffer.concat([header, mask, masked])
}
