import { SyncwatchError } from '@syncwatch/core'
import type { MiddlewareHandler } from 'hono'
import type { ApiEnvironment } from '../api-environment.ts'
import { parseJson } from './parse-json.ts'
import { readBody } from './read-body.ts'

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

/**
 * Reads and checks every body before a route sees it: size, content type, JSON. No body counts as an empty object. What `isRaw` says
 * is left to its route, unread.
 */
export function jsonBody(
  maxBytes: number,
  isRaw: (request: Request) => boolean = () => false,
): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || isRaw(c.req.raw)) {
      c.set('bodyText', '')
      return next()
    }
    const text = await readBody(c.req.raw, maxBytes)
    c.set('bodyText', text)
    const isJson = JSON_TYPE.test(c.req.header('content-type') ?? '')
    if (text !== '' && !isJson) {
      throw new SyncwatchError('unsupported_media_type', 'Send the body as "Content-Type: application/json".')
    }
    if (text !== '') parseJson(text)
    // The stream is read; Hono's validators take the text from here. The cache holds promises, whatever its type says.
    c.req.bodyCache.text = Promise.resolve(text === '' && isJson ? '{}' : text) as unknown as string
    return next()
  }
}
