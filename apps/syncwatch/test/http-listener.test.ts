import { get } from 'node:http'
import { systemClock } from '@syncwatch/core'
import { afterEach, expect, test } from 'vitest'
import { type HttpListener, listen } from '../src/server/http-listener.ts'

let listener: HttpListener | undefined
afterEach(() => listener?.close(0))

/** How long nginx keeps a resting connection to what stands behind it, seconds. */
const NGINX_KEEPS = 60

test('a resting connection is kept for longer than a proxy keeps it, so that no request meets our closing it', async () => {
  listener = await listen(
    { host: '127.0.0.1', port: 0 },
    () => new Response('here'),
    systemClock(),
    () => {},
  )
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  get({ port: listener.port, host: '127.0.0.1', headers: { connection: 'keep-alive' } }, (response) => {
    response.resume()
    resolve(String(response.headers['keep-alive']))
  }).on('error', reject)
  const [, seconds] = /^timeout=(\d+)$/.exec(await promise) ?? []
  expect(Number(seconds)).toBeGreaterThan(NGINX_KEEPS)
})
