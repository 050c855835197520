import type { Role } from '@syncwatch/core'

/** Who asks, as the host has established it. */
export interface Principal {
  /** A name for `triggered_by` and for the log; never a secret. */
  readonly name: string
  readonly role: Role
}

/**
 * Says who sent a request. Throws `unauthorized` where the credentials are missing or wrong. Called once a request,
 * before anything is read from its body.
 */
export type Authorize = (request: Request) => Principal | Promise<Principal>

const RANK: Record<Role, number> = { viewer: 0, editor: 1, admin: 2 }

/** True when `role` may do what asks for `needed`. */
export function roleAllows(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed]
}
