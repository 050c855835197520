import { ERROR_CATALOGUE, type ErrorCode, SyncwatchError } from '@syncwatch/core'
import { z } from 'zod'
import { readRuntimeFile } from '../../server/runtime-file.ts'
import type { CliContext } from '../cli-context.ts'

/** The HTTP API of the server that a command talks to. */
export interface ServerApi {
  readonly url: string
  readonly token: string | null
  /** Gives the parsed body; rejects with the problem's code, or `server_unreachable`. */
  call<Answer>(method: Method, path: string, body?: object, revision?: number): Promise<Answer>
  /** Sends bytes; there is no limit of time, for a file may be large. */
  upload<Answer>(method: 'POST' | 'PUT', path: string, bytes: Upload, revision?: number): Promise<Answer>
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** Bytes on their way to the server. */
export interface Upload {
  readonly size: number
  readonly stream: ReadableStream<Uint8Array>
}

export interface ServerPlace {
  readonly dataFolder: string
  /** Named by the person: wins over what the data folder says. */
  readonly url: string | null
  readonly token: string | null
}

const TIMEOUT_MS = 30_000
const problemSchema = z.object({ code: z.string(), detail: z.string() })

/** Finds the server: the named one, or the one that runs on this data folder. */
export async function findServer(place: ServerPlace, context: CliContext): Promise<ServerApi> {
  const facts = place.url === null ? await readRuntimeFile(place.dataFolder) : null
  const url = (place.url ?? facts?.url)?.replace(/\/+$/, '')
  if (url === undefined) throw nobody(`No server runs on the data folder ${place.dataFolder}`)
  return {
    url,
    token: place.token,
    call: (method, path, body, revision) =>
      call({ url, token: place.token, context }, method, path, jsonOf(body), revision),
    upload: (method, path, bytes, revision) =>
      call({ url, token: place.token, context }, method, path, bytesOf(bytes), revision),
  }
}

interface Way {
  readonly url: string
  readonly token: string | null
  readonly context: CliContext
}

/** The body of a request with what it needs around it. */
interface Sent {
  readonly headers: Record<string, string>
  readonly init: { readonly body?: string | ReadableStream<Uint8Array>; readonly duplex?: 'half' }
  readonly timeoutMs: number | null
}

function jsonOf(body: object | undefined): Sent {
  if (body === undefined) return { headers: {}, init: {}, timeoutMs: TIMEOUT_MS }
  const headers = { 'content-type': 'application/json' }
  return { headers, init: { body: JSON.stringify(body) }, timeoutMs: TIMEOUT_MS }
}

function bytesOf({ size, stream }: Upload): Sent {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) }
  return { headers, init: { body: stream, duplex: 'half' }, timeoutMs: null }
}

async function call<Answer>(way: Way, method: string, path: string, sent: Sent, revision?: number): Promise<Answer> {
  const response = await send(way, method, path, sent, revision)
  const text = await response.text()
  if (!response.ok) throw failureOf(way, response.status, text)
  try {
    return (text === '' ? null : JSON.parse(text)) as Answer
  } catch (cause) {
    throw new SyncwatchError('server_unreachable', `What answers at ${way.url} is not Syncwatch.`, { cause })
  }
}

async function send(
  { url, token, context }: Way,
  method: string,
  path: string,
  { headers, init, timeoutMs }: Sent,
  revision?: number,
): Promise<Response> {
  const stopping = timeoutMs === null ? [] : [AbortSignal.timeout(timeoutMs)]
  try {
    return await context.fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(revision !== undefined && { 'if-match': `"${revision}"` }),
        ...headers,
      },
      ...init,
      signal: AbortSignal.any([context.stopping, ...stopping]),
    })
  } catch (cause) {
    if (context.stopping.aborted) throw new SyncwatchError('cancelled', 'Interrupted.', { cause })
    throw nobody(`No server answers at ${url}`, cause)
  }
}

function failureOf(way: Way, status: number, text: string): SyncwatchError {
  const problem = problemSchema.safeParse(parseOrNull(text))
  if (!problem.success) {
    return new SyncwatchError('server_unreachable', `What answers at ${way.url} is not Syncwatch (status ${status}).`)
  }
  const { code, detail } = problem.data
  if (code === 'unauthorized') return new SyncwatchError(code, 'The server wants a token: set SYNCWATCH_TOKEN.')
  return new SyncwatchError(code in ERROR_CATALOGUE ? (code as ErrorCode) : 'internal', detail)
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function nobody(sentence: string, cause?: unknown): SyncwatchError {
  const advice = 'start one with "syncwatch serve", or name another with --url or --data.'
  return new SyncwatchError('server_unreachable', `${sentence}: ${advice}`, { cause })
}
