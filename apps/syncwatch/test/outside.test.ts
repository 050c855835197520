import { once } from 'node:events'
import SwaggerParser from '@apidevtools/swagger-parser'
import { PROTOCOL_VERSION } from '@syncwatch/core'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ask, serverUnderTest } from './server-under-test.ts'

const json = { 'content-type': 'application/json' }
const token = 'a-token-of-twenty-characters'
const viewer = 'another-token-for-viewers'
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
const upload = JSON.stringify({ operation_type: 'upload' })

test('foreign hosts and origins are refused on every way in', async () => {
  const { url } = await serverUnderTest()
  const { port } = new URL(url)
  for (const path of ['/', '/api/v1/status', '/openapi.json', '/metrics', '/readyz', '/realtime/events']) {
    const answer = await ask(`${url}${path}`, { headers: { host: `evil.example:${port}` } })
    expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'forbidden_host'])
  }
  const foreign = await ask(`${url}/api/v1/operations`, {
    method: 'POST',
    headers: { ...json, origin: 'http://evil.example' },
    body: upload,
  })
  expect([foreign.status, foreign.body.code]).toEqual([403, 'forbidden_origin'])
  for (const headers of [{ origin: 'http://evil.example' }, { host: `evil.example:${port}` }]) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/realtime`, { headers })
    const [, response] = await once(socket, 'unexpected-response')
    expect(response.statusCode).toBe(403)
    socket.on('error', () => {})
    socket.terminate()
  }
  const own = await ask(`${url}/api/v1/operations`, { method: 'POST', headers: { ...json, origin: url }, body: upload })
  expect(own.status).toBe(201)
  const byName = await ask(`${url}/api/v1/status`, { headers: { host: `localhost:${port}` } })
  expect(byName.status).toBe(200)
})

test('a page of an allowed origin may read and change, and is told so', async () => {
  const origin = 'https://app.example.com'
  const { url } = await serverUnderTest({ environment: { SYNCWATCH_ALLOWED_ORIGINS: origin } })
  const created = await ask(`${url}/api/v1/operations`, { method: 'POST', headers: { ...json, origin }, body: upload })
  expect([created.status, created.headers['access-control-allow-origin']]).toEqual([201, origin])
  const other = await ask(`${url}/api/v1/status`, { headers: { origin: 'https://other.example.com' } })
  expect(other.headers['access-control-allow-origin']).toBeUndefined()
  // An <img> of that page has no Origin header, only a Referer; one of any other page may not show what is here.
  const policy = async (referer: string) =>
    (await ask(`${url}/api/v1/status`, { headers: { referer } })).headers['cross-origin-resource-policy']
  expect([await policy(`${origin}/gallery`), await policy('https://other.example.com/')]).toEqual([
    'cross-origin',
    'same-origin',
  ])
})

test('a form of a stranger is read up to its bound, whether its length is stated or not', async () => {
  const { url } = await serverUnderTest({ environment: { SYNCWATCH_TOKEN: token } })
  const body = `token=${token}&more=${'x'.repeat(100_000)}`
  for (const length of [{ 'content-length': String(body.length) }, { 'transfer-encoding': 'chunked' }]) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...length }
    const answer = await ask(`${url}/login`, { method: 'POST', headers, body })
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large'])
  }
})

test("a viewer's token without the other one is refused: everybody would be an administrator", async () => {
  const started = serverUnderTest({ environment: { SYNCWATCH_VIEWER_TOKEN: viewer } })
  await expect(started).rejects.toMatchObject({ code: 'configuration_invalid' })
})

test('with a token nobody gets in without it, anywhere but at the probes', async () => {
  const { url } = await serverUnderTest({ environment: { SYNCWATCH_TOKEN: token, SYNCWATCH_VIEWER_TOKEN: viewer } })
  for (const path of ['/api/v1/status', '/api/v1/operations', '/api/v1/stores', '/api/v1/assets', '/metrics']) {
    for (const headers of [
      {},
      bearer('wrong'),
      { authorization: token },
      { cookie: 'syncwatch_session=admin.9999999999.AAAA' },
    ]) {
      const answer = await ask(`${url}${path}`, { headers })
      expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'unauthorized'])
    }
    expect([path, (await ask(`${url}${path}`, { headers: bearer(token) })).status]).toEqual([path, 200])
  }
  expect((await ask(`${url}/readyz`)).status).toBe(200)
  const create = (secret: string) =>
    ask(`${url}/api/v1/operations`, { method: 'POST', headers: { ...json, ...bearer(secret) }, body: upload })
  expect((await create(viewer)).body.code).toBe('forbidden')
  expect((await create(token)).status).toBe(201)
})

test('a browser signs in with the token, and its cookie then opens panel and API', async () => {
  const { url } = await serverUnderTest({ environment: { SYNCWATCH_TOKEN: token } })
  const page = await ask(`${url}/operations/x`)
  expect([page.status, page.headers.location]).toEqual([303, '/login'])
  expect((await ask(`${url}/login`)).text).toContain('<form method="post"')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await ask(`${url}/login`, { method: 'POST', headers: form, body: 'token=wrong' })).status).toBe(401)
  const foreign = { ...form, origin: 'http://evil.example' }
  expect((await ask(`${url}/login`, { method: 'POST', headers: foreign, body: `token=${token}` })).status).toBe(403)
  const entered = await ask(`${url}/login`, { method: 'POST', headers: form, body: `token=${token}` })
  const [cookie = ''] = entered.headers['set-cookie'] as string[]
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
  const headers = { cookie: cookie.split(';')[0] as string }
  expect((await ask(`${url}/api/v1/status`, { headers })).status).toBe(200)
  expect((await ask(`${url}/`, { headers })).status).toBe(200)
})

test('a ticket lets one live session in, and without one nobody gets in where a token is needed', async () => {
  const { url } = await serverUnderTest({ environment: { SYNCWATCH_TOKEN: token } })
  const asked = await ask(`${url}/api/v1/realtime/ticket`, { method: 'POST', headers: bearer(token) })
  expect(asked.status).toBe(201)
  const greet = async (ticket: string | undefined) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/realtime`)
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, clientId: 'c', ...(ticket && { ticket }) }))
    const [first] = await once(socket, 'message')
    socket.terminate()
    return JSON.parse(String(first))
  }
  expect(await greet(asked.body.ticket)).toMatchObject({ type: 'welcome', role: 'admin' })
  expect(await greet(asked.body.ticket)).toMatchObject({ type: 'error', code: 'ticket_invalid' })
  expect(await greet(undefined)).toMatchObject({ type: 'error', code: 'unauthorized' })
})

test('every address that is not a file is the panel, with a policy; files that are missing are not', async () => {
  const { url } = await serverUnderTest()
  for (const path of ['/', '/operations/1', '/library']) {
    const page = await ask(`${url}${path}`)
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    const again = await ask(`${url}${path}`, { headers: { 'if-none-match': String(page.headers.etag) } })
    expect(again.status).toBe(304)
  }
  for (const path of ['/assets/none.js', '/..%2f..%2fpackage.json', '/.env', '/%00']) {
    expect([path, (await ask(`${url}${path}`)).status]).toEqual([path, 404])
  }
  expect((await ask(`${url}/`, { method: 'POST' })).status).toBe(404)
  expect((await ask(`${url}/realtime`)).body.detail).toMatch(/for WebSockets/)
})

test('metrics, probes and the description are there', async () => {
  const { url } = await serverUnderTest()
  await ask(`${url}/api/v1/operations`, { method: 'POST', headers: json, body: upload })
  const metrics = await ask(`${url}/metrics`)
  expect(metrics.headers['content-type']).toMatch(/^text\/plain/)
  expect(metrics.text).toMatch(/^syncwatch_operations_active 1$/m)
  expect(metrics.text).toMatch(/^syncwatch_http_request_seconds_count\{.*route="\/api\/v1\/operations".*\} 1$/m)
  expect((await ask(`${url}/healthz`)).body).toEqual({ alive: true })
  expect((await ask(`${url}/readyz`)).body).toMatchObject({ ready: true, checks: { database: true } })
  const { body } = await ask(`${url}/openapi.json`)
  await SwaggerParser.validate(structuredClone(body))
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/api/v1/stores/{id}/sync', '/api/v1/assets/{id}/content']),
  )
})

test('the status has everything at once', async () => {
  const { url } = await serverUnderTest()
  const { status, body } = await ask(`${url}/api/v1/status`)
  expect(status).toBe(200)
  expect(Object.keys(body)).toEqual(['health', 'metrics', 'active_operations', 'connections', 'stores', 'last_update'])
})
