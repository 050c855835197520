// Socket.IO in a process of its own: WebSocket only, no compression, one emit a change. It stores nothing.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { answerParent } from '../support/child.ts'
import { generateChanges } from './change-generator.ts'
import { CpuWindows } from './cpu-windows.ts'
import type { ServerRequest, ServerRun } from './protocol.ts'

const http = createServer()
const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
let ids: string[] = []

answerParent<ServerRequest>(
  async (request) => {
    if (request.ask === 'start') return await start(request.operations)
    return await run(request)
  },
  async () => await server.close(),
)

async function start(operations: number): Promise<string> {
  ids = Array.from({ length: operations }, () => crypto.randomUUID())
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', 4096, resolve))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

async function run(request: Extract<ServerRequest, { ask: 'run' }>): Promise<ServerRun> {
  const before = { cpu: process.cpuUsage(), at: performance.now() }
  const windows = new CpuWindows()
  const changes = await generateChanges(request, (index, now) => {
    if (request.operations === 1) windows.mark()
    server.emit('update', { id: ids[index], processed_items: now, failed_items: 0, message: 'copying' })
  })
  const { user, system } = process.cpuUsage(before.cpu)
  return {
    cpuSeconds: (user + system) / 1e6,
    databaseCpuSeconds: 0,
    seconds: (performance.now() - before.at) / 1000,
    changes,
    windows: windows.lengths,
  }
}
