import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { SyncStatusManager } from '@syncwatch/status-manager'
import { type HandlerOptions, handler } from './handler.ts'

/** A handler for `node:http`, Express, Connect and Fastify's middleware. */
export interface NodeStatusHandler {
  /** What is not ours goes to `next`; without one it is answered with 404. */
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void
  drain(options?: { deadlineMs?: number }): Promise<void>
}

/**
 * `handler` for Node servers: `app.use(nodeHandler(manager))`, mounted at the root. It goes before or after a body parser: a JSON
 * body that was already read is taken as it is.
 */
export function nodeHandler(manager: SyncStatusManager, options: HandlerOptions = {}): NodeStatusHandler {
  const handle = handler(manager, options)
  const { basePath = '/api/v1' } = options
  const listener = getRequestListener(handle, { overrideGlobalObjects: false })
  const listen = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => {
    if (next && !isOurs(request.url ?? '/', basePath)) return next()
    keepParsedBody(request)
    listener(request, response).catch((error: unknown) => next?.(error))
  }
  return Object.assign(listen, { drain: handle.drain })
}

function isOurs(url: string, basePath: string): boolean {
  const path = url.split('?', 1)[0] ?? '/'
  return [basePath, '/realtime'].some((base) => path.startsWith(`${base}/`)) || path === '/openapi.json'
}

/** A parser before us has emptied the stream, and reading it again would wait for ever. */
function keepParsedBody(request: IncomingMessage & { body?: unknown; rawBody?: unknown }): void {
  if (!request.readableEnded || request.body === undefined || request.rawBody !== undefined) return
  request.rawBody = Buffer.from(typeof request.body === 'string' ? request.body : JSON.stringify(request.body))
}
