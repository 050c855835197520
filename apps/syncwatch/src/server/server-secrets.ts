import { createHmac, randomBytes } from 'node:crypto'
import type { Config } from '../config/config.ts'

/** Keys for what this server signs. */
export interface ServerSecrets {
  readonly tickets: Uint8Array
  readonly sessions: Uint8Array
}

/**
 * Derived from the token, so that every node with the same token accepts what another has signed, and a new token makes
 * all of it void. Without a token nobody needs them to hold longer than the process.
 */
export function serverSecrets(config: Pick<Config, 'token'>): ServerSecrets {
  const root = config.token ?? randomBytes(32)
  const derive = (purpose: string) => createHmac('sha256', root).update(`syncwatch ${purpose} v1`).digest()
  return { tickets: derive('tickets'), sessions: derive('sessions') }
}
