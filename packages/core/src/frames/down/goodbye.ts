import type { ErrorCode } from '../../error-catalogue.ts'

/** The server is about to close. Come back after `retryAfterMs`. */
export interface Goodbye {
  type: 'goodbye'
  code: ErrorCode
  retryAfterMs: number
}
