import { type Clock, SyncwatchError } from '@syncwatch/core'
import { type ApiApp, type Authorize, failureOf, problemResponse } from '@syncwatch/http'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { checkHost } from './check-host.ts'
import { redirectStrangers } from './login.ts'
import type { Metrics } from './metrics.ts'
import { securityHeaders } from './security-headers.ts'

/** Everything that the outside of the server is made of. */
export interface AppParts {
  readonly api: ApiApp
  readonly probes: Hono
  readonly login: Hono | null
  readonly metrics: Metrics
  readonly panel: (request: Request) => Promise<Response | null>
  /** Live updates as server-sent events. */
  readonly events: (request: Request) => Promise<Response>
  readonly authorize: Authorize
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly onFailure: (error: unknown, request: Request) => void
  readonly clock: Clock
}

const API = /^\/(?:api\/|openapi\.json$)/

/** The whole outside as one application. */
export function createApp(parts: AppParts): Hono {
  const app = new Hono()
  app.use(parts.metrics.observe, securityHeaders(parts.allowedOrigins), checkHost(parts.allowedHosts))
  if (parts.allowedOrigins.length > 0) {
    app.use('/api/*', crossOrigin(parts.allowedOrigins))
    app.use('/realtime/*', crossOrigin(parts.allowedOrigins))
  }
  app.route('/', parts.probes)
  if (parts.login !== null) app.route('/', parts.login)
  app.get('/metrics', async (c) => {
    await parts.authorize(c.req.raw)
    const { contentType, body } = await parts.metrics.text()
    return c.body(body, 200, { 'content-type': contentType, 'cache-control': 'no-store' })
  })
  app.all('/realtime', () => {
    throw new SyncwatchError('not_found', 'This address is for WebSockets; event streams are at /realtime/events.')
  })
  app.all('/realtime/events', (c) => parts.events(c.req.raw))
  app.all('*', async (c) => {
    if (API.test(c.req.path)) return parts.api.fetch(c.req.raw)
    return panelOrNothing(c.req.raw, parts)
  })
  app.onError((thrown, c) => {
    const error = failureOf(thrown)
    const response = problemResponse(error)
    if (response.status >= 500) parts.onFailure(error.cause ?? error, c.req.raw)
    return response
  })
  return app
}

async function panelOrNothing(request: Request, { panel, authorize }: AppParts): Promise<Response> {
  const reads = request.method === 'GET' || request.method === 'HEAD'
  const found = reads ? await panel(request) : null
  const { pathname } = new URL(request.url)
  if (found === null) throw new SyncwatchError('not_found', `There is nothing at ${pathname.slice(0, 200)}.`)
  const isPage = found.headers.get('content-type')?.startsWith('text/html')
  return (isPage ? await redirectStrangers(request, authorize) : null) ?? found
}

/** Lets pages of the allowed origins read the answers; without such origins the browser keeps them from everybody. */
function crossOrigin(origins: readonly string[]) {
  return cors({
    origin: [...origins],
    credentials: true,
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'last-event-id'],
    exposeHeaders: ['etag', 'location', 'idempotency-replayed', 'retry-after'],
    maxAge: 600,
  })
}
