import { ERROR_CATALOGUE, type SyncwatchError } from '@syncwatch/core'

/** An RFC 9457 problem, for refusals that are still HTTP. */
export interface Problem {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export function toProblem(error: SyncwatchError): Problem {
  const { status, title, retryable } = ERROR_CATALOGUE[error.code]
  const body = JSON.stringify({ type: 'about:blank', title, status, code: error.code, detail: error.message })
  return {
    status,
    body,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryable ? { 'retry-after': '2' } : {}),
    },
  }
}
