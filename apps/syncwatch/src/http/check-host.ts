import { SyncwatchError } from '@syncwatch/core'
import { problemResponse } from '@syncwatch/http'
import type { MiddlewareHandler } from 'hono'

/** Refuses names that are not ours (`forbidden_host`): a foreign page whose name was made to point at this machine. */
export function checkHost(allowed: readonly string[]): MiddlewareHandler {
  const names = new Set(allowed)
  return async (c, next) => {
    const host = (c.req.header('host') ?? '').toLowerCase()
    if (names.has(host) || names.has(host.replace(/:\d+$/, ''))) return next()
    const message = `This server does not answer to "${host.slice(0, 100)}"; SYNCWATCH_ALLOWED_HOSTS lists further names.`
    return problemResponse(new SyncwatchError('forbidden_host', message))
  }
}
