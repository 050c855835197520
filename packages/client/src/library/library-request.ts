import type { CallOptions } from '../http/api-inputs.ts'
import { ClientError } from '../http/client-error.ts'
import type { FetchInit, ResponseLike } from '../http/fetch-like.ts'
import type { HttpClientOptions } from '../http/http-client.ts'
import { errorFromResponse, isPage, NOT_THE_SERVER } from '../http/problem.ts'
import { createRequest, hostFetch } from '../http/request.ts'

export interface LibraryClientOptions extends HttpClientOptions {
  /** Milliseconds after which an answer is not waited for any more, where the call has no signal of its own. Default: 30,000. */
  timeoutMs?: number
}

export interface LibraryPayload {
  query?: object | undefined
  body?: object
  /** Bytes as the host has them (a `Blob`, say), sent as they are and for as long as it takes. */
  content?: unknown
  /** What the change was decided on, where it is no field of the body. */
  revision?: number
  /** It takes as long as it takes. */
  patient?: boolean
}

export type LibraryCall = <Answer>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: readonly string[],
  options?: CallOptions,
  payload?: LibraryPayload,
) => Promise<Answer>

export interface LibraryRequest {
  readonly call: LibraryCall
  /** The address of a path, for `<img>` and `<a>`. */
  url(path: readonly string[], query?: object): string
}

/** The one way in which the library is asked: as the other calls are, and conditional on revisions, with bytes and a time limit besides. */
export function createLibraryRequest(options: LibraryClientOptions): LibraryRequest {
  const { url } = createRequest(options)
  const fetch = options.fetch ?? hostFetch()
  const call: LibraryCall = async <Answer>(
    method: string,
    path: readonly string[],
    { signal, idempotencyKey }: CallOptions = {},
    { query, body, content, revision, patient = content !== undefined }: LibraryPayload = {},
  ) => {
    const token = options.getToken ? await options.getToken() : options.token
    const own = signal ?? (patient ? undefined : timeLimit(options.timeoutMs ?? 30_000))
    const init = {
      method,
      headers: {
        accept: 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...(content !== undefined && { 'content-type': 'application/octet-stream' }),
        ...(revision !== undefined && { 'if-match': `"${revision}"` }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(content !== undefined && { body: content as string }),
      ...(own !== undefined && { signal: own }),
    }
    try {
      return (await answerOf(await fetch(url(path, query), init as FetchInit))) as Answer
    } catch (cause) {
      throw failureOf(cause, signal)
    }
  }
  return { call, url }
}

async function answerOf(response: ResponseLike): Promise<unknown> {
  if (!response.ok || isPage(response)) throw await errorFromResponse(response)
  const text = await response.text()
  try {
    return JSON.parse(text || 'null')
  } catch (cause) {
    throw new ClientError('internal', NOT_THE_SERVER, { cause })
  }
}

/** A signal that the caller gave is the caller's: what it aborts with is what it is told. */
function failureOf(cause: unknown, signal: { aborted?: boolean } | undefined): unknown {
  if (cause instanceof ClientError || signal?.aborted) return cause
  const isLate = cause instanceof Error && cause.name === 'TimeoutError'
  return isLate
    ? new ClientError(
        'timeout',
        'The server did not answer in time, so it is not known what became of it. Look again.',
        { cause, retryable: true },
      )
    : new ClientError('server_unreachable', 'The server cannot be reached. Check the network.', {
        cause,
        retryable: true,
      })
}

function timeLimit(milliseconds: number): unknown {
  const host = globalThis as unknown as { AbortSignal: { timeout(milliseconds: number): unknown } }
  return host.AbortSignal.timeout(milliseconds)
}
