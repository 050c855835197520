import { isOwnOrigin, SyncwatchError } from '@syncwatch/core'
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
    if (
      !reads &&
      origin !== undefined &&
      !allowed.has(origin) &&
      !isOwnOrigin(origin, c.req.header('host') ?? new URL(c.req.url).host)
    ) {
      throw new SyncwatchError('forbidden_origin', `Pages of ${origin.slice(0, 200)} may not change anything here.`)
    }
    await next()
  }
}
