import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { systemClock } from '@syncwatch/core'
import { FakeClock, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { AddressPolicy, HttpSender, type Resolve } from '../src/index.ts'
import { rawServer, receiver } from './support.ts'

const request = (url: string) => ({
  url,
  headers: { 'content-type': 'application/json', 'webhook-id': 'm' },
  body: '{"ö":1}',
})
const never = new AbortController().signal

function sender(allowed: readonly string[] = ['127.0.0.0/8'], resolve?: Resolve): HttpSender {
  return new HttpSender({ policy: new AddressPolicy(allowed), clock: systemClock(), ...(resolve && { resolve }) })
}

test('what is sent arrives, with its length in bytes', async () => {
  const { url, received } = await receiver((response) => response.writeHead(202, { 'retry-after': '9' }).end('thanks'))
  expect(await sender().send(request(`${url}?a=b`), never)).toEqual({ status: 202, retryAfter: '9' })
  expect(received).toEqual([
    {
      method: 'POST',
      path: '/hook?a=b',
      headers: expect.objectContaining({
        'content-length': '8',
        'content-type': 'application/json',
        'webhook-id': 'm',
      }),
      body: '{"ö":1}',
    },
  ])
})

test('a name is asked for once, and the connection goes to the address that was judged', async () => {
  const good = await receiver(undefined, '127.0.0.2')
  const asked: string[] = []
  // The second answer is what a name says that was rebound between the check and the connection.
  const resolve: Resolve = async (name) => {
    asked.push(name)
    return [{ address: asked.length === 1 ? '127.0.0.2' : '127.0.0.3', family: 4 }]
  }
  const answer = await sender(['127.0.0.2'], resolve).send(request(`http://hook.example:${good.port}/`), never)
  expect(answer.status).toBe(204)
  expect(asked).toEqual(['hook.example'])
  expect(good.received[0]?.headers.host).toBe(`hook.example:${good.port}`)
  const again = sender(['127.0.0.2'], resolve).send(request(`http://hook.example:${good.port}/`), never)
  await expect(again).rejects.toMatchObject({ code: 'webhook_address_refused' })
  expect(good.received).toHaveLength(1)
})

test('a name of this machine is refused by what it stands for', async () => {
  const { port, received } = await receiver()
  const refused = { code: 'webhook_address_refused' }
  await expect(sender([]).send(request(`https://localhost:${port}/`), never)).rejects.toMatchObject(refused)
  await expect(sender([]).send(request(`http://127.0.0.1:${port}/`), never)).rejects.toMatchObject(refused)
  expect(received).toEqual([])
})

test.each([301, 302, 303, 307, 308])('a redirect (%i) is an answer and is not followed', async (status) => {
  const inside = await receiver()
  const { url } = await receiver((response) => response.writeHead(status, { location: inside.url }).end())
  expect(await sender().send(request(url), never)).toMatchObject({ status })
  expect(inside.received).toEqual([])
})

test('an endless answer is not read to its end', async () => {
  let isCut = false
  const { url } = await receiver((response) => {
    response.writeHead(200)
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    }
    response.on('drain', pour).once('close', () => {
      isCut = true
    })
    pour()
  })
  expect(await sender().send(request(url), never)).toMatchObject({ status: 200 })
  await waitFor(() => isCut, { what: 'the cut' })
})

test('an answer that trickles is not waited for: its status has been given', async () => {
  const clock = new FakeClock()
  const { url } = await receiver((response) => void response.writeHead(200).write('.'))
  const sending = new HttpSender({ policy: new AddressPolicy(['127.0.0.1']), clock }).send(request(url), never)
  await waitFor(() => clock.pendingTimers === 1, { what: 'the first of the answer' })
  await clock.advance(1_000)
  expect(await sending).toMatchObject({ status: 200 })
})

test.each([
  ['says nothing', () => {}],
  ['never ends its headers', (socket: { write(text: string): void }) => socket.write('HTTP/1.1 200 OK\r\nX-A: ')],
])('a receiver that %s is given up when the signal says so', async (_what, talk) => {
  const server = await rawServer(talk)
  const late = new AbortController()
  const sending = sender().send(request(server.url), late.signal)
  await waitFor(() => server.connections() === 1, { what: 'the connection' })
  late.abort(new Error('late'))
  await expect(sending).rejects.toThrow('late')
})

test('a name that nobody answers for is given up as well', async () => {
  const late = new AbortController()
  const sending = sender([], () => new Promise(() => {})).send(request('https://slow.example/'), late.signal)
  late.abort(new Error('late'))
  await expect(sending).rejects.toThrow('late')
})

test.each([
  ['is no HTTP', 'SSH-2.0-x\r\n'],
  ['changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
])('an answer that %s is a failure', async (_what, text) => {
  const server = await rawServer((socket) => void socket.end(text))
  await expect(sender().send(request(server.url), never)).rejects.toThrow()
})

test('over TLS the certificate must be for the name, though the address was found before', async () => {
  const [key, cert] = ['key', 'cert'].map((part) => readFileSync(new URL(`fixtures/hook-${part}.pem`, import.meta.url)))
  const names: unknown[] = []
  const server = createServer({ key, cert }, (request, response) => {
    names.push(Reflect.get(request.socket, 'servername'), request.headers.host)
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const before = getCACertificates('default')
  onTestFinished(async () => {
    setDefaultCACertificates(before)
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const { port } = server.address() as AddressInfo
  const resolve: Resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  const to = (name: string) => sender(['127.0.0.1'], resolve).send(request(`https://${name}:${port}/`), never)
  await expect(to('hook.example'), 'nobody vouches for it').rejects.toMatchObject({
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  })
  setDefaultCACertificates([...before, String(cert)])
  await expect(to('other.example')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  expect(await to('hook.example')).toMatchObject({ status: 204 })
  expect(names).toEqual(['hook.example', `hook.example:${port}`])
})
