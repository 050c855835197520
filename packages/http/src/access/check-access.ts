import { type Role, SyncwatchError } from '@syncwatch/core'
import type { MiddlewareHandler } from 'hono'
import type { ApiEnvironment } from '../api-environment.ts'
import { type Authorize, roleAllows } from './principal.ts'

/** Establishes who asks. Reading needs `viewer`, changing needs `editor`; a route may ask for more with `requireRole`. */
export function checkAccess(authorize: Authorize): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const principal = await authorize(c.req.raw)
    c.set('principal', principal)
    const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD' && !c.req.path.endsWith('/realtime/ticket')
    if (changes) demand(principal.role, 'editor')
    await next()
  }
}

/** For routes that are not for everybody. */
export function requireRole(needed: Role): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    demand(c.get('principal').role, needed)
    await next()
  }
}

function demand(role: Role, needed: Role): void {
  if (roleAllows(role, needed)) return
  throw new SyncwatchError('forbidden', `This needs the role "${needed}"; these credentials have "${role}".`)
}
