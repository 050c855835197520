import { SyncwatchError } from '@syncwatch/core'

/** The routes that take bytes instead of JSON. */
export function isContentRequest(request: Request): boolean {
  const { pathname } = new URL(request.url)
  if (request.method === 'POST') return /\/api\/v1\/assets\/?$/.test(pathname)
  return request.method === 'PUT' && /\/api\/v1\/assets\/[^/]+\/content\/?$/.test(pathname)
}

/** The body of a request as it comes. A connection that breaks on the way ends it with an error: half a file is no file. */
export async function* bytesOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    yield chunk
  }
  const stated = request.headers.get('content-length')
  if (stated !== null && Number(stated) !== size)
    throw new SyncwatchError('invalid_input', `${stated} bytes were announced and ${size} came.`)
}
