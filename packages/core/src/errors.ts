import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.ts'

/**
 * The one error of Syncwatch. Decide by `code`, never by the text; the text tells its reader what to do.
 * `retryable` says whether the same call may succeed later without a change.
 */
export class SyncwatchError extends Error {
  override readonly name = 'SyncwatchError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = ERROR_CATALOGUE[code].retryable
    this.details = options.details ?? {}
  }
}

/** Narrows an unknown thrown value to a `SyncwatchError`, optionally of one code. */
export function isSyncwatchError(error: unknown, code?: ErrorCode): error is SyncwatchError {
  return error instanceof SyncwatchError && (code === undefined || error.code === code)
}
