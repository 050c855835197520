import type { ErrorCode } from '@syncwatch/core'
import { ClientError } from './client-error.ts'
import type { ResponseLike } from './fetch-like.ts'

/** Where there is no code, a proxy answered: what its HTTP status says. */
const CODE_OF_STATUS: Record<number, ErrorCode> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  429: 'rate_limited',
  502: 'server_unreachable',
  503: 'server_unreachable',
  504: 'timeout',
}

export const NOT_THE_SERVER = 'A web page answered instead of the server.'

/** The error of a refused request: code, text and `retryable` of its problem details (RFC 9457). */
export async function errorFromResponse(response: ResponseLike): Promise<ClientError> {
  const { status } = response
  if (isPage(response)) {
    // Never final, whatever its status: the server itself has said nothing.
    return new ClientError('server_unreachable', NOT_THE_SERVER, { retryable: true, details: { status } })
  }
  const { code, detail, retryable } = parseProblem(await response.text().catch(() => ''))
  // Seconds. A date there is not understood: our own server sends seconds.
  const retryAfterMs = Number(response.headers.get('retry-after')) * 1000
  return new ClientError(
    text(code) || CODE_OF_STATUS[status] || 'internal',
    text(detail) || `The server answered with status ${status}.`,
    {
      retryable: typeof retryable === 'boolean' ? retryable : isPassing(status),
      details: { status, ...(retryAfterMs > 0 && { retryAfterMs }) },
    },
  )
}

/** Whether a page came where data was asked for: a proxy, or the portal of some network, answered in the server's place. */
export function isPage(response: ResponseLike): boolean | undefined {
  return response.headers.get('content-type')?.startsWith('text/html')
}

function parseProblem(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) ?? {}
  } catch {
    return {}
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Whether the same request may succeed later, where no problem document says so. */
const isPassing = (status: number): boolean => status === 429 || status > 501
