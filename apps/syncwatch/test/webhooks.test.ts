import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, systemRandom } from '@syncwatch/core'
import { waitFor } from '@syncwatch/testkit'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../src/cli/program.ts'
import { ask, serverUnderTest } from './server-under-test.ts'

const ALLOWED = { SYNCWATCH_WEBHOOK_ALLOW: '127.0.0.1' }

async function receiver(statusOf: () => number = () => 204) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    received.push({ headers: request.headers, body })
    response.writeHead(statusOf()).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received }
}

/** A command in this process, without waiting for a new one to start. */
async function runHere(args: readonly string[], folder: string) {
  const written = { stdout: '', stderr: '' }
  const output = (name: keyof typeof written) => ({
    isTerminal: false,
    columns: 200,
    write: (text: string) => {
      written[name] += text
    },
  })
  const code = await runCli(args, {
    environment: {},
    folder,
    stdout: output('stdout'),
    stderr: output('stderr'),
    fetch: globalThis.fetch,
    clock: systemClock(),
    random: systemRandom(),
    stopping: new AbortController().signal,
    openBrowser: () => {},
  })
  return { code, ...written }
}

test('a change of the health goes out as a webhook, signed', async () => {
  const { url } = await serverUnderTest({ environment: ALLOWED })
  const { url: hook, received } = await receiver()
  const api = `${url}/api/v1`
  const json = { 'content-type': 'application/json' }
  const made = await ask(`${api}/webhooks`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ url: hook, events: ['health.changed'] }),
  })
  expect(made.status).toBe(201)
  expect(made.headers.location).toBe(`/api/v1/webhooks/${made.body.endpoint.id}`)
  const create = (index: number) =>
    ask(`${api}/operations`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ operation_type: 'upload', operation_key: `o${index}` }),
    })
  const fail = (index: number) =>
    ask(`${api}/operations/o${index}/complete`, { method: 'POST', headers: json, body: '{"status":"failed"}' })
  const all = Array.from({ length: 12 }, (_, index) => index)
  await Promise.all(all.map(create))
  await Promise.all(all.map(fail))
  await waitFor(() => received.length > 0, { what: 'the webhook', timeoutMs: 25_000 })
  const [{ headers, body } = { headers: {}, body: '' }] = received
  expect(new Webhook(made.body.secret).verify(body, headers as Record<string, string>)).toMatchObject({
    type: 'health.changed',
    data: { status: 'critical' },
  })
  expect(headers['user-agent']).toMatch(/^Syncwatch-Webhooks\/\d/)
})

test('webhooks are administrators’ business, and the secret is shown once', async () => {
  const [admin, viewer] = ['administrators-secret', 'lookers-only-secret']
  const { url } = await serverUnderTest({
    environment: { ...ALLOWED, SYNCWATCH_TOKEN: admin, SYNCWATCH_VIEWER_TOKEN: viewer },
  })
  const send = (method: string, path: string, token: string, body?: object) =>
    ask(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const made = await send('POST', '/webhooks', admin, { url: 'https://hooks.example/x', description: 'ours' })
  const { endpoint, secret } = made.body
  for (const [method, path] of [
    ['GET', '/webhooks'],
    ['POST', '/webhooks'],
    ['GET', `/webhooks/${endpoint.id}`],
    ['PATCH', `/webhooks/${endpoint.id}`],
    ['DELETE', `/webhooks/${endpoint.id}`],
    ['POST', `/webhooks/${endpoint.id}/rotate-secret`],
    ['POST', `/webhooks/${endpoint.id}/test`],
    ['GET', '/webhook-deliveries'],
    ['POST', `/webhook-deliveries/${endpoint.id}/replay`],
  ] as const) {
    const refused = await send(method, path, viewer, method === 'POST' || method === 'PATCH' ? {} : undefined)
    expect([method, path, refused.status, refused.body.code]).toEqual([method, path, 403, 'forbidden'])
  }
  const shown = await Promise.all([
    send('GET', '/webhooks', admin),
    send('GET', `/webhooks/${endpoint.id}`, admin),
    send('PATCH', `/webhooks/${endpoint.id}`, admin, { events: ['plan.held'] }),
  ])
  for (const { status, text } of shown) {
    expect(status).toBe(200)
    expect(text).not.toContain(secret)
    expect(text).toContain(`whsec_…${secret.slice(-4)}`)
  }
  const refused = await send('POST', '/webhooks', admin, { url: 'https://10.0.0.1/' })
  expect(refused.body).toMatchObject({ code: 'webhook_address_refused', status: 422, field: 'url' })
  expect((await send('POST', '/webhooks', admin, { url: 'https://x.example', events: ['asset.synced'] })).status).toBe(
    400,
  )
  expect((await send('GET', '/webhook-deliveries?state=lost', admin)).status).toBe(400)
  expect((await send('DELETE', `/webhooks/${endpoint.id}`, admin)).status).toBe(204)
  expect((await send('GET', `/webhooks/${endpoint.id}`, admin)).body.code).toBe('webhook_not_found')
})

test('the command line adds, tries, lists, replays and removes', async () => {
  const { url, data } = await serverUnderTest({ environment: ALLOWED })
  let status = 410
  const { url: hook, received } = await receiver(() => status)
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await runHere(['webhooks', ...args, '--url', url, '--json'], data)
    return { code, answer: JSON.parse(stdout || stderr) }
  }
  expect((await runHere(['webhooks', 'list', '--url', url], data)).stdout).toMatch(/Nobody is told/)
  const { answer: added } = await cli('add', hook, '--events', 'health.changed,plan.held')
  const { id } = added.endpoint
  expect(added.endpoint.events).toEqual(['health.changed', 'plan.held'])
  expect((await cli('test', id)).code).toBe(0)
  await waitFor(async () => (await ask(`${url}/api/v1/webhook-deliveries?state=dead`)).body.items.length === 1, {
    what: 'the refusal',
  })
  const listed = await runHere(['webhooks', 'deliveries', '--state', 'dead', '--url', url], data)
  expect(listed.stdout).toMatch(/webhook\.test .*dead +1 +The receiver answered 410/)
  expect((await runHere(['webhooks', 'list', '--url', url], data)).stdout).toMatch(/ gone /)
  const [dead] = (await cli('deliveries')).answer.items
  expect(await cli('replay', dead.id)).toMatchObject({ code: 1, answer: { code: 'webhook_disabled' } })
  status = 200
  expect((await cli('edit', id, '--on')).answer).toMatchObject({ enabled: true })
  expect((await cli('replay', dead.id)).code).toBe(0)
  await waitFor(() => received.length === 2, { what: 'the replay' })
  expect((await cli('rotate-secret', id)).answer.endpoint.secrets).toHaveLength(2)
  expect(await cli('edit', id)).toMatchObject({ code: 2 })
  expect(await cli('add', 'http://10.0.0.1/')).toMatchObject({ code: 1, answer: { code: 'webhook_address_refused' } })
  expect((await cli('remove', id)).code).toBe(0)
  expect(await cli('remove', id)).toMatchObject({ code: 1, answer: { code: 'webhook_not_found' } })
})
