import type { Principal, Role } from '@syncwatch/core'

/** What is known of a connection before its first frame. Header names are in lower case. */
export interface ConnectionFacts {
  readonly address: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly transport: 'websocket' | 'sse'
  /** A ticket that came with the request instead of in `hello`. */
  readonly ticket?: string
}

/**
 * The host's say on credentials. Called without `current` when a client shows no ticket (null refuses it), and with
 * `current` at each re-check (null ends the session with 4401).
 */
export type Authenticate = (
  facts: ConnectionFacts,
  current: Principal | null,
) => Principal | null | Promise<Principal | null>

/** The name of those who were let in without being asked who they are. They are many, so no cap on a name counts them. */
export const ANYBODY = 'anybody'

/** For loopback with authentication off: everybody is let in, as an administrator unless told otherwise. */
export function openAccess(role: Role = 'admin'): Authenticate {
  return () => ({ name: ANYBODY, role })
}
