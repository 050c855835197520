import type { ErrorCode } from '@syncwatch/core'
import { ClientError } from './client-error.ts'
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

/** Statuses after which the same request may succeed later, where no problem document says so. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** The error of a refused request: code, text and `retryable` of its problem details (RFC 9457). */
export async function errorFromResponse(response: ResponseLike): Promise<ClientError> {
  const { status } = response
  const { code, detail, title, errors, retryable } = parseProblem(await response.text().catch(() => ''))
  const retryAfterMs = retryAfter(response)
  const message = firstText(detail, title) ?? `The server answered with status ${status}.`
  return new ClientError(firstText(code) ?? CODE_OF_STATUS[status] ?? 'internal', message, {
    retryable: typeof retryable === 'boolean' ? retryable : RETRYABLE.has(status),
    details: { status, ...(errors !== undefined && { errors }), ...(retryAfterMs !== undefined && { retryAfterMs }) },
  })
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
function retryAfter(response: ResponseLike): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return seconds >= 0 ? seconds * 1000 : undefined
}
