import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problemHeaders, type SyncwatchError, toProblem } from '@syncwatch/core'

/** Answers an upgrade with an HTTP error and a problem document, and closes. */
export function refuseUpgrade(socket: Duplex, error: SyncwatchError): void {
  const problem = toProblem(error)
  const body = JSON.stringify(problem)
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`,
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(problemHeaders(problem)).map(([name, value]) => `${name}: ${value}`),
  ]
  // What the peer still sends is not read; who never reads the answer is cut with the socket's end.
  socket.once('finish', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
