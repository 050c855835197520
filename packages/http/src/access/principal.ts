import type { Principal, Role } from '@syncwatch/core'

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
