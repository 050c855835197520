import { SyncwatchError } from '@syncwatch/core'
import type { MiddlewareHandler } from 'hono'
import type { ApiEnvironment } from '../api-environment.ts'

/**
 * Refuses requests that change something and that a page of another site sent (`forbidden_origin`). A request without
 * an `Origin` does not come from a page. `allowedOrigins` are exact, such as `https://app.example.com`.
 */
export function checkOrigin(allowedOrigins: readonly string[]): MiddlewareHandler<ApiEnvironment> {
  const allowed = new Set(allowedOrigins)
  return async (c, next) => {
    const origin = c.req.header('origin')
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (!reads && origin !== undefined && !allowed.has(origin) && !isOwnOrigin(origin, c.req.raw)) {
      throw new SyncwatchError('forbidden_origin', `Pages of ${origin.slice(0, 200)} may not change anything here.`)
    }
    await next()
  }
}

/** Compares host and port only: behind a proxy that ends TLS the scheme is not known here. */
function isOwnOrigin(origin: string, request: Request): boolean {
  if (!URL.canParse(origin)) return false
  const host = request.headers.get('host') ?? new URL(request.url).host
  return new URL(origin).host === host.toLowerCase()
}
