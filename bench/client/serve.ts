import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Hello, PROTOCOL_VERSION, REALTIME_PATH } from '@syncwatch/core'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ChangingOperations } from './changing-operations.ts'

const HTML =
  '<!doctype html><meta charset="utf-8"><title>bench</title><div id="root"></div><script type="module" src="/page.js"></script>'

export interface PageServer {
  readonly url: string
  send(texts: readonly string[]): void
  stop(): Promise<void>
}

/** Serves the page, and speaks the realtime protocol with it. */
export async function servePage(
  scripts: ReadonlyMap<string, string>,
  operations: ChangingOperations,
): Promise<PageServer> {
  const host = createServer((request, response) => {
    const path = request.url ?? '/'
    const script = scripts.get(path)
    if (script !== undefined) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    else if (path === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(HTML)
    else response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"code":"not_found"}')
  })
  const sockets = new WebSocketServer({ server: host, path: REALTIME_PATH })
  const ready = new Set<WebSocket>()
  sockets.on('connection', (socket) => {
    const say = (frame: object) => socket.send(JSON.stringify(frame))
    const now = () => new Date().toISOString()
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data))
      if (frame.type === 'ping') say({ type: 'pong', t: frame.t, serverTime: now() })
      if (frame.type !== 'hello') return
      const session = { sessionId: 'bench', epoch: 'bench', serverTime: now(), role: 'admin', resumed: false }
      say({ type: 'welcome', protocol: PROTOCOL_VERSION, ...session })
      for (const { topic } of (frame as Hello).topics as { topic: string }[]) say(operations.snapshot(topic))
      say({ type: 'ready' })
      ready.add(socket)
    })
    socket.on('close', () => ready.delete(socket))
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
    send: (texts) => {
      for (const socket of ready) for (const text of texts) socket.send(text)
    },
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate()
      host.closeAllConnections()
      await new Promise<void>((resolve) => host.close(() => resolve()))
    },
  }
}
