// Socket.IO in a process of its own: WebSocket only, no compression, one emit a change. It stores nothing.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { answerParent } from '../support/child.ts'
import { generateChanges } from './change-generator.ts'
import type { ServerRequest, ServerRun } from './protocol.ts'

const http = createServer()
const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
const ids = Array.from({ length: 200 }, () => crypto.randomUUID())

answerParent<ServerRequest>(
  async (request) => {
    if (request.ask === 'start') return await start()
    return await run(request)
  },
  async () => await server.close(),
)

async function start(): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', 4096, resolve))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

async function run(request: Extract<ServerRequest, { ask: 'run' }>): Promise<ServerRun> {
  const before = { cpu: process.cpuUsage(), at: performance.now() }
  const changes = await generateChanges(request, (index, now) => {
    server.emit('update', { id: ids[index], processed_items: now, failed_items: 0, message: 'copying' })
  })
  const { user, system } = process.cpuUsage(before.cpu)
  return {
    cpuSeconds: (user + system) / 1e6,
    databaseCpuSeconds: 0,
    seconds: (performance.now() - before.at) / 1000,
    changes,
  }
}
