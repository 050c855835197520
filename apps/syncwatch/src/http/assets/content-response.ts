import { SyncwatchError } from '@syncwatch/core'
import { parseByteRange } from './byte-range.ts'
import { safeContentHeaders } from './safe-content.ts'

/** Stored bytes and what is known of them. */
export interface StoredContent {
  /** Another one whenever the bytes are others. */
  readonly version: string
  readonly size: number
  readonly mimeType: string | null
  /** The file's name without its folder. */
  readonly name: string
  /** Opens the bytes; `end` is inclusive. */
  read(range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>
}

/** Answers a request for bytes: conditional, in part where asked for, and never as a page of ours. */
export async function contentResponse(request: Request, content: StoredContent): Promise<Response> {
  const etag = `"${content.version}"`
  const headers: Record<string, string> = {
    ...safeContentHeaders(content.mimeType, content.name),
    'accept-ranges': 'bytes',
    'cache-control': cachingOf(request, content.version),
    etag,
  }
  if (matches(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  const range = rangeOf(request, etag, content.size)
  if (range.kind === 'outside') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${content.size}` } })
  }
  const part = range.kind === 'part' ? range : undefined
  const length = part ? part.end - part.start + 1 : content.size
  headers['content-length'] = String(length)
  if (part) headers['content-range'] = `bytes ${part.start}-${part.end}/${content.size}`
  const body = request.method === 'HEAD' || content.size === 0 ? null : streamOf(await content.read(part), length)
  return new Response(body, { status: part ? 206 : 200, headers })
}

/**
 * The address stays while the content may change, so it is asked for again, and mostly answered with 304. An address that
 * names the content (`?v=` and the beginning of its hash) need not be.
 */
function cachingOf(request: Request, version: string): string {
  const named = /^[0-9a-f]{8,64}/.exec(new URL(request.url).searchParams.get('v') ?? '')?.[0]
  const isExact = named !== undefined && version.startsWith(named)
  return isExact ? 'private, max-age=31536000, immutable' : 'private, no-cache'
}

/** A range of another version than the current one would be half of each. */
function rangeOf(request: Request, etag: string, size: number) {
  const condition = request.headers.get('if-range')
  return parseByteRange(condition === null || condition === etag ? request.headers.get('range') : null, size)
}

function matches(header: string | null, etag: string): boolean {
  const given = header?.split(',').map((part) => part.trim().replace(/^W\//, '')) ?? []
  return given.includes(etag) || given.includes('*')
}

/**
 * Ends with an error, which cuts the connection, where the bytes are not as many as was stated: with fewer the client
 * would wait for the rest, and with more the next answer would begin in the middle of this one.
 */
function streamOf(chunks: AsyncIterable<Uint8Array>, length: number): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let left = length
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await iterator.next()
        left -= value?.byteLength ?? 0
        if (left < 0 || (done === true && left > 0)) {
          await iterator.return?.()
          throw new SyncwatchError('internal', `The stored content does not have the ${length} bytes that it should.`)
        }
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async () => {
        await iterator.return?.()
      },
    },
    { highWaterMark: 1 },
  )
}
