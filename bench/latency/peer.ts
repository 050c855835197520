import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'

/** A bare Socket.IO emit over WebSocket without compression: it stores nothing. Gives milliseconds for each emit. */
export async function measurePeer(samples: number, pause: () => Promise<void>): Promise<number[]> {
  const http = createServer()
  const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] })
  await new Promise<void>((resolve) => client.once('connect', () => resolve()))
  const durations: number[] = []
  for (let index = 0; index < samples; index += 1) {
    await pause()
    const began = performance.now()
    const arrived = new Promise<void>((resolve) => client.once('update', () => resolve()))
    server.emit('update', { id: 'operation', progress: index % 100, message: `state ${index}` })
    await arrived
    durations.push(performance.now() - began)
  }
  client.close()
  await server.close()
  return durations
}
