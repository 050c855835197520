import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SyncwatchError } from '@syncwatch/core'
import { toProblem } from '../access/problem.ts'

/** Answers an upgrade with an HTTP error and a problem document, and closes. */
export function refuseUpgrade(socket: Duplex, error: SyncwatchError): void {
  const { status, body, headers } = toProblem(error)
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  // What the peer still sends is not read; who never reads the answer is cut with the socket's end.
  socket.once('finish', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
