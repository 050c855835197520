import { createHash, timingSafeEqual } from 'node:crypto'
import { type Principal, type Role, SyncwatchError } from '@syncwatch/core'
import type { Authorize } from '@syncwatch/http'
import type { Config } from '../config/config.ts'
import type { Sessions } from './sessions.ts'

interface KnownToken {
  readonly digest: Buffer
  readonly principal: Principal
}

const LOCAL: Principal = { name: 'local', role: 'admin' }

/** Finds whose token it is; null for nobody's. */
export type FindToken = (secret: string) => Principal | null

/** Compares digests of equal length in constant time, and always all of them. */
export function tokenFinder(config: Pick<Config, 'token' | 'viewerToken'>): FindToken {
  const known = [knownToken(config.token, 'admin'), knownToken(config.viewerToken, 'viewer')].filter((t) => t !== null)
  return (secret) => {
    const digest = digestOf(secret)
    const matches = known.filter((token) => timingSafeEqual(token.digest, digest))
    return matches[0]?.principal ?? null
  }
}

/**
 * Says who asks, by `Authorization: Bearer` or by the panel's cookie. Without any token configured (possible on loopback
 * alone) everybody is the person at this machine.
 */
export function tokenAuthorizer(config: Pick<Config, 'token' | 'viewerToken'>, sessions: Sessions): Authorize {
  if (config.token === null) return () => LOCAL
  const find = tokenFinder(config)
  return (request) => {
    const principal = bearerOf(request, find) ?? sessions.read(request)
    if (principal !== null) return principal
    throw new SyncwatchError('unauthorized', 'Send a token as "Authorization: Bearer …", or sign in at /login.')
  }
}

function bearerOf(request: Request, find: FindToken): Principal | null {
  const [scheme, secret, ...rest] = (request.headers.get('authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || secret === undefined || rest.length > 0) return null
  return find(secret)
}

function knownToken(secret: string | null, role: Role): KnownToken | null {
  return secret === null ? null : { digest: digestOf(secret), principal: { name: `${role} token`, role } }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
