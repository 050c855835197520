import type { MiddlewareHandler } from 'hono'

/** For answers that are data: nothing in them may run or be framed. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

/**
 * Headers that every answer carries; a route that has set its own policy keeps it. Pages of `allowedOrigins` may show what is
 * here (a thumbnail in an `<img>`); a browser tells by the `Referer` which page asks, because such a request has no `Origin`.
 */
export function securityHeaders(allowedOrigins: readonly string[]): MiddlewareHandler {
  const allowed = new Set(allowedOrigins)
  return async (c, next) => {
    await next()
    const headers = c.res.headers
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'same-origin')
    headers.set('cross-origin-opener-policy', 'same-origin')
    const shownThere = allowed.has(originOf(c.req.header('referer')))
    headers.set('cross-origin-resource-policy', shownThere ? 'cross-origin' : 'same-origin')
    if (allowed.size > 0) headers.append('vary', 'Referer')
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', DATA_POLICY)
  }
}

function originOf(address: string | undefined): string {
  return address !== undefined && URL.canParse(address) ? new URL(address).origin : ''
}
