import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.ts'
import { isSyncwatchError, type SyncwatchError } from './errors.ts'

/**
 * A failure as HTTP answers it (RFC 9457, `application/problem+json`). Decide by `code`; `type` is its name as a URN. The
 * details of the error stand beside the standard members.
 */
export interface Problem {
  type: `urn:syncwatch:error:${ErrorCode}`
  title: string
  status: number
  detail: string
  code: ErrorCode
  retryable: boolean
  instance?: string
  [detail: string]: unknown
}

/**
 * Turns anything thrown into a problem. What is not a `SyncwatchError` becomes `internal` and tells nothing of itself, for
 * its text may hold what a stranger must not read: log it instead.
 */
export function toProblem(error: unknown, instance?: string): Problem {
  const known = isSyncwatchError(error) ? error : null
  const code = known?.code ?? 'internal'
  const { title, status, retryable } = ERROR_CATALOGUE[code]
  return {
    ...plainDetails(known),
    type: `urn:syncwatch:error:${code}`,
    title,
    status,
    detail: known?.message ?? 'Something went wrong inside Syncwatch. The log of the server says more.',
    code,
    retryable,
    ...(instance !== undefined && { instance }),
  }
}

/** The headers of the answer that carries a problem, with what HTTP asks for beside its status. */
export function problemHeaders({ status }: Problem): Record<string, string> {
  return {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...((status === 429 || status === 503) && { 'retry-after': '2' }),
  }
}

function plainDetails(error: SyncwatchError | null): Record<string, unknown> {
  const { instance: _, ...details } = error?.details ?? {}
  return details
}
