import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port of 127.0.0.1 that nobody listens on at this moment; `preferred` when that is one. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred) {
    const port = await tryPort(preferred).catch(() => undefined)
    if (port) return port
  }
  return tryPort(0)
}

async function tryPort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const closed = once(server, 'close')
  server.close()
  await closed
  return port
}
