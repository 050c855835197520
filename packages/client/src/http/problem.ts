import { ERROR_CATALOGUE, type ErrorCode, SyncwatchError } from '@syncwatch/core'
import type { ResponseLike } from './fetch-like.ts'

/** Where there is no code (a proxy answered, say), the HTTP status names one. */
const CODE_OF_STATUS: Record<number, ErrorCode> = {
  400: 'invalid_input',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  429: 'rate_limited',
  502: 'server_unreachable',
  503: 'server_unreachable',
  504: 'timeout',
}

/**
 * The error of a refused request: code and text of its problem details (RFC 9457). A code that this version does not
 * know is kept in `details.code`; `details.status` is the HTTP status, `details.retryAfterMs` the server's wish.
 */
export async function errorFromResponse(response: ResponseLike): Promise<SyncwatchError> {
  const problem = parseProblem(await response.text().catch(() => ''))
  const { code, detail, title, errors } = problem
  const known = typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code) ? (code as ErrorCode) : undefined
  const details: Record<string, unknown> = { status: response.status }
  if (code !== undefined) details.code = code
  if (errors !== undefined) details.errors = errors
  const retryAfterMs = retryAfter(response)
  if (retryAfterMs !== undefined) details.retryAfterMs = retryAfterMs
  const message = firstText(detail, title) ?? `The server answered with status ${response.status}.`
  return new SyncwatchError(known ?? CODE_OF_STATUS[response.status] ?? 'internal', message, { details })
}

function parseProblem(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '')
}

/** `Retry-After` in seconds as milliseconds. A date there is not understood: our own server sends seconds. */
export function retryAfter(response: ResponseLike): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return seconds >= 0 ? seconds * 1000 : undefined
}
