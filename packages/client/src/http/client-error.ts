import type { ErrorCode } from '@syncwatch/core'

/** Codes of the catalogue, and whatever a newer server may answer. */
export type ClientErrorCode = ErrorCode | (string & {})

/**
 * A failure with the same face as the server's `SyncwatchError`: decide by `code`, never by the text. The catalogue itself is not shipped to
 * browsers; what the server says of `retryable` is taken over.
 */
export class ClientError extends Error {
  override readonly name = 'SyncwatchError'
  declare readonly code: ClientErrorCode
  /** Whether the same call may succeed later without a change. */
  declare readonly retryable: boolean
  /** `status` (HTTP) and `retryAfterMs`, where the server said so. */
  declare readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ClientErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean; details?: Record<string, unknown> } = {},
  ) {
    super(message, options)
    this.code = code
    this.retryable = options.retryable ?? false
    this.details = options.details ?? {}
  }
}

/** Narrows an unknown thrown value to a `ClientError`, optionally of one code. */
export function isClientError(error: unknown, code?: ClientErrorCode): error is ClientError {
  return error instanceof ClientError && (code === undefined || error.code === code)
}
