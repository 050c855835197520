import type { CallOptions } from './api-inputs.ts'
import { ClientError } from './client-error.ts'
import type { FetchInit, FetchLike, ResponseLike } from './fetch-like.ts'
import { errorFromResponse, isPage, NOT_THE_SERVER } from './problem.ts'

export interface RequestOptions {
  baseUrl?: string
  token?: string
  getToken?: () => string | Promise<string>
  fetch?: FetchLike
}

export interface Payload {
  query?: object | undefined
  body?: object
}

export interface Request {
  url(path: readonly string[], query?: object): string
  call<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: readonly string[],
    options?: CallOptions,
    payload?: Payload,
  ): Promise<T>
}

/** One way to call the API: addresses, credentials, JSON both ways, problems as errors. */
export function createRequest(options: RequestOptions): Request {
  const base = (options.baseUrl ?? '').replace(/\/+$/, '')
  const fetch = options.fetch ?? hostFetch()
  const url = (path: readonly string[], query: object = {}) =>
    `${base}/api/v1/${path.map(encodeURIComponent).join('/')}${queryString(query)}`

  async function call<T>(
    method: string,
    path: readonly string[],
    call: CallOptions = {},
    { query, body }: Payload = {},
  ) {
    const token = options.getToken ? await options.getToken() : options.token
    const response = await send(fetch, url(path, query), {
      method,
      headers: {
        accept: 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...(call.idempotencyKey && { 'idempotency-key': call.idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: call.signal,
    })
    if (!response.ok || isPage(response)) throw await errorFromResponse(response)
    return (await bodyOf(response)) as T
  }
  return { url, call }
}

async function send(fetch: FetchLike, url: string, init: FetchInit): Promise<ResponseLike> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw new ClientError('server_unreachable', 'The server cannot be reached. Check the network.', {
      cause,
      retryable: true,
    })
  }
}

async function bodyOf(response: ResponseLike): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text || 'null')
  } catch (cause) {
    throw new ClientError('internal', NOT_THE_SERVER, {
      cause,
    })
  }
}

/** Lists are joined by commas; what is undefined is left out. */
function queryString(query: object): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : `${name}=${encodeURIComponent(value)}`,
  )
  return parts.length ? `?${parts.join('&')}` : ''
}

/** The host's own `fetch`, called as it wants to be called: on the global object. */
export function hostFetch(): FetchLike {
  const host = globalThis as unknown as { fetch: FetchLike }
  return (url, init) => host.fetch(url, init)
}
