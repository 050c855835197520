import type { Role } from '../frames/down/welcome.ts'

/** Who asks or follows, as the host has established it. */
export interface Principal {
  /** A stable name, for `triggered_by`, for tickets and for the log; never a secret. */
  readonly name: string
  readonly role: Role
}
