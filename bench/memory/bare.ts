// The library under our gateway, alone: sockets that are open and nothing else.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { answerParent } from '../support/child.ts'
import { measureMemory } from './measure.ts'

const http = createServer()
const server = new WebSocketServer({ server: http, perMessageDeflate: false })
server.on('connection', (socket) => {
  socket.on('message', () => {})
  socket.on('error', () => {})
})

answerParent<'start' | 'measure'>(
  async (request) => {
    if (request === 'measure') return await measureMemory()
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', 4096, resolve))
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  },
  async () => {
    for (const socket of server.clients) socket.terminate()
    http.close()
  },
)
