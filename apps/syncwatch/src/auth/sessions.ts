import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock, Principal, Role } from '@syncwatch/core'

const COOKIE = 'syncwatch_session'
const LIFETIME_SECONDS = 12 * 60 * 60

/** What the panel's cookie says: who signed in, and until when. */
export interface Sessions {
  /** The value of `Set-Cookie` for a person who has just shown a token. */
  open(principal: Principal, options: { secure: boolean }): string
  /** The value of `Set-Cookie` that signs out. */
  close(): string
  /** Who the request's cookie names; null without a genuine one in time. */
  read(request: Request): Principal | null
}

/** Signed cookies; nothing is kept on the server. Changing the token invalidates them, because it is part of the key. */
export function createSessions(secret: Uint8Array, clock: Clock): Sessions {
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest()
  const attributes = 'Path=/; HttpOnly; SameSite=Strict'
  return {
    open: (principal, { secure }) => {
      const until = Math.floor(clock.now() / 1000) + LIFETIME_SECONDS
      const body = `${principal.role}.${until}`
      const value = `${body}.${sign(body).toString('base64url')}`
      return `${COOKIE}=${value}; Max-Age=${LIFETIME_SECONDS}; ${attributes}${secure ? '; Secure' : ''}`
    },
    close: () => `${COOKIE}=; Max-Age=0; ${attributes}`,
    read: (request) => {
      const [role = '', until = '', signature = ''] = cookieOf(request).split('.')
      const given = Buffer.from(signature, 'base64url')
      const expected = sign(`${role}.${until}`)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
      if (Number(until) * 1000 < clock.now()) return null
      return { name: `panel (${role})`, role: role as Role }
    },
  }
}

function cookieOf(request: Request): string {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? ''
}
