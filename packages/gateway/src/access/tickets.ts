import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Clock, type Principal, type Role, SyncwatchError } from '@syncwatch/core'

/** How long a ticket is good for, milliseconds. It only has to last from its issue to the `hello`. */
export const TICKET_LIFETIME_MS = 30_000

/** A ticket that proved genuine and in time. Its nonce still has to be burned. */
export interface VerifiedTicket extends Principal {
  readonly nonce: string
  readonly expiresAt: Date
}

export interface Tickets {
  /** Signs a ticket for one attempt to connect. */
  issue(principal: Principal): { ticket: string; expiresAt: string }
  /** Checks signature and time, without the database. Throws `ticket_invalid`. */
  verify(ticket: string): VerifiedTicket
}

export interface TicketOptions {
  /** The first signs; all verify, so a secret can be replaced without a break. At least 32 bytes each. */
  secrets: readonly [string | Uint8Array, ...(string | Uint8Array)[]]
  clock: Clock
  /** Makes nonces; 128 random bits unless given. */
  nonce?: () => string
}

/** What is signed: name, role, end (milliseconds since 1970), nonce. */
interface Payload {
  readonly sub: string
  readonly role: Role
  readonly exp: number
  readonly n: string
}

/** Tickets `v1.<payload>.<HMAC-SHA-256>`, both parts base64url, so they also fit into a WebSocket subprotocol. */
export function createTickets({ secrets, clock, nonce = randomNonce }: TicketOptions): Tickets {
  for (const secret of secrets) checkSecret(secret)
  return {
    issue: ({ name, role }) => {
      const expires = clock.now() + TICKET_LIFETIME_MS
      const payload: Payload = { sub: name, role, exp: expires, n: nonce() }
      const signed = `v1.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`
      const ticket = `${signed}.${sign(secrets[0], signed).toString('base64url')}`
      return { ticket, expiresAt: new Date(expires).toISOString() }
    },
    verify: (ticket) => {
      const payload = readPayload(ticket, secrets)
      const left = payload.exp - clock.now()
      if (left <= 0 || left > 2 * TICKET_LIFETIME_MS) throw invalid('The ticket has expired. Get a new one.')
      return { name: payload.sub, role: payload.role, nonce: payload.n, expiresAt: new Date(payload.exp) }
    },
  }
}

function readPayload(ticket: string, secrets: TicketOptions['secrets']): Payload {
  const [version, body = '', signature = '', ...rest] = ticket.split('.')
  if (version !== 'v1' || rest.length > 0)
    throw invalid('This is not a ticket. Get one from POST /api/v1/realtime/ticket.')
  const given = Buffer.from(signature, 'base64url')
  const genuine = secrets.some((secret) => {
    const expected = sign(secret, `v1.${body}`)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!genuine) throw invalid('The ticket was not signed by this server. Get a new one.')
  // Signed by us, so it is JSON; an older or newer version of ours may still have signed another shape.
  const payload: unknown = JSON.parse(Buffer.from(body, 'base64url').toString())
  if (!isPayload(payload)) throw invalid('The ticket is of another version. Get a new one.')
  return payload
}

function isPayload(value: unknown): value is Payload {
  const { sub, role, exp, n } = (value ?? {}) as Partial<Record<keyof Payload, unknown>>
  const roleIsKnown = role === 'viewer' || role === 'editor' || role === 'admin'
  return roleIsKnown && typeof sub === 'string' && typeof exp === 'number' && typeof n === 'string' && n.length >= 8
}

function sign(secret: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

function checkSecret(secret: string | Uint8Array): void {
  if (Buffer.byteLength(secret) >= 32) return
  throw new SyncwatchError('configuration_invalid', 'A ticket secret has at least 32 bytes.')
}

function randomNonce(): string {
  return randomBytes(16).toString('base64url')
}

function invalid(message: string): SyncwatchError {
  return new SyncwatchError('ticket_invalid', message)
}
