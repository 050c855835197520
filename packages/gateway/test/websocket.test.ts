import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { CLOSE_CODES, systemClock } from '@syncwatch/core'
import { waitFor } from '@syncwatch/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { createTickets } from '../src/access/tickets.ts'
import type { GatewayOptions } from '../src/gateway.ts'
import { operationId } from './support/gateway-fixture.ts'
import type { RefusedError } from './support/real-server.ts'
import { RealServer } from './support/real-server.ts'

let server: RealServer
afterEach(() => server.stop())

async function start(options: Partial<GatewayOptions> = {}): Promise<RealServer> {
  server = await RealServer.start(options)
  return server
}

function addOperation(columns: Record<string, unknown> = {}): void {
  server.database.write('operations', {
    id: operationId(1),
    operation_type: 'upload',
    status: 'in_progress',
    ...columns,
  })
}

/** Everything that follows in these tests must find the server as it was. */
async function expectWell(): Promise<void> {
  const client = await server.connect()
  client.hello({ topics: ['operations'], clientId: 'witness' })
  await client.untilType('snapshot')
  addOperation({ progress: Math.random() * 90 })
  server.hub.publish()
  await client.untilType('delta')
  client.socket.terminate()
}

describe('upgrades', () => {
  it.each([
    ['a foreign Origin', { origin: 'https://evil.example' }, 403, 'forbidden_origin'],
    ['the Origin "null"', { origin: 'null' }, 403, 'forbidden_origin'],
    ['a foreign Host', { host: 'evil.example' }, 403, 'forbidden_host'],
    [
      'a foreign Host that is its own Origin',
      { host: 'evil.example', origin: 'http://evil.example' },
      403,
      'forbidden_host',
    ],
  ])('GW-C2 GW-C3: %s is refused with a problem document', async (_, headers, status, code) => {
    await start()
    const refused = (await server.connect({ headers }).catch((error) => error)) as RefusedError
    expect(refused.response.statusCode).toBe(status)
    expect(refused.response.headers['content-type']).toBe('application/problem+json')
    expect(await refused.problem()).toMatchObject({ status, code })
    await expectWell()
  })

  it('GW-C3: the listed Origin and our own are let in', async () => {
    await start()
    await server.connect({ headers: { origin: 'https://app.example.com' } })
    await server.connect({ headers: { origin: server.origin } })
    expect(server.sessions).toBe(2)
  })

  it('GW-C1: other paths belong to others, or are refused where there is nobody', async () => {
    await start()
    const socket = await server.raw()
    socket.write(upgrade('/elsewhere'))
    expect(await firstLine(socket)).toBe('HTTP/1.1 404 Not Found')
    server.server.on('upgrade', (request, other) => {
      if (request.url === '/elsewhere') other.end('HTTP/1.1 418 Mine\r\n\r\n')
    })
    const second = await server.raw()
    second.write(upgrade('/elsewhere'))
    expect(await firstLine(second)).toBe('HTTP/1.1 418 Mine')
  })

  it('GW-C4: connections are capped in all and for an address', async () => {
    await start({ limits: { maxSessionsPerAddress: 3 } })
    const clients = [await server.connect(), await server.connect(), await server.connect()]
    const refused = (await server.connect().catch((error) => error)) as RefusedError
    expect(await refused.problem()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(refused.response.headers['retry-after']).toBe('2')
    clients[0]?.socket.terminate()
    await waitFor(() => server.sessions === 2, { what: 'the place to be free' })
    await server.connect()
  })

  it.each([
    [
      'an upgrade without a key',
      'GET /realtime HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    ],
    ['an old protocol version', upgrade('/realtime', 'sec-websocket-version: 7\r\n')],
    ['a POST', upgrade('/realtime').replace('GET', 'POST')],
    ['no Host', 'GET /realtime HTTP/1.0\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
  ])('GW-C1: %s opens nothing', async (_, request) => {
    await start()
    const socket = await server.raw()
    socket.write(request)
    expect(await firstLine(socket)).toMatch(/^HTTP\/1\.1 (400|403|405|426)/)
    expect(server.sessions).toBe(0)
    await expectWell()
  })

  it('GW-C5: half-open handshakes and silent clients are dropped', async () => {
    await start({ limits: { helloMs: 100, closeMs: 100 } })
    const halves = await Promise.all(Array.from({ length: 20 }, () => server.raw()))
    for (const half of halves) half.write('GET /realtime HTTP/1.1\r\nhost: 127.0.0.1\r\nupgr')
    const silent = await Promise.all(Array.from({ length: 20 }, () => server.connect()))
    const closes = await Promise.all(silent.map((client) => client.closed))
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([CLOSE_CODES.helloTimeout]))
    const dead = await server.raw()
    dead.write(upgrade('/realtime'))
    expect(await firstLine(dead)).toMatch(/101/)
    await waitFor(() => server.sessions === 0, { what: 'the dead one to be cut' })
    for (const half of halves) half.destroy()
    await expectWell()
  })
})

describe('sessions', () => {
  it('GW-S1 GW-F1: a real client sees a change', async () => {
    await start()
    addOperation()
    await expectWell()
  })

  it('GW-A1: a ticket may come as a subprotocol, and is not echoed', async () => {
    const tickets = createTickets({ secrets: [randomBytes(32)], clock: systemClock() })
    await start({ tickets, authenticate: null })
    const { ticket } = tickets.issue({ name: 'ann', role: 'viewer' })
    const client = await server.connect({ protocols: ['syncwatch.v1', `ticket.${ticket}`] })
    expect(client.socket.protocol).toBe('syncwatch.v1')
    client.hello({ topics: [] })
    await client.untilType('welcome')
    const stranger = await server.connect()
    stranger.hello()
    expect((await stranger.closed).code).toBe(CLOSE_CODES.unauthorized)
  })

  it('GW-I1: garbage of every kind is answered, and the connection goes on', async () => {
    await start({ limits: { maxStrikes: 100, inboundBurst: 200 } })
    const client = await server.connect()
    client.hello({ topics: [] })
    await client.untilType('welcome')
    const garbage = [
      '',
      '{',
      'null',
      '[]',
      '{"type":"x"}',
      '\u0000',
      '😀',
      '{"type":"hello"}',
      randomBytes(100),
      Buffer.alloc(0),
    ]
    for (const text of garbage) client.send(text)
    await client.untilType('error', garbage.length)
    client.send({ type: 'ping', t: 7 })
    await client.untilType('pong')
    await expectWell()
  })

  it('GW-C6: a message over 64 KiB closes with 1009, also in fragments', async () => {
    await start()
    const whole = await server.connect()
    whole.send(JSON.stringify({ type: 'hello', clientId: 'x'.repeat(70_000) }))
    expect((await whole.closed).code).toBe(CLOSE_CODES.tooLarge)
    const fragments = await server.connect()
    for (let part = 0; part < 9; part++) fragments.socket.send('x'.repeat(8_192), { fin: part === 8 })
    expect((await fragments.closed).code).toBe(CLOSE_CODES.tooLarge)
    await expectWell()
  })

  it('GW-C6: endless fragments close it, a few do not', async () => {
    await start()
    const fine = await server.connect()
    const text = JSON.stringify({ type: 'hello', protocol: 1, clientId: 'bits', topics: [] })
    for (const [place, letter] of [...text].entries()) fine.socket.send(letter, { fin: place === text.length - 1 })
    await fine.untilType('welcome')
    const endless = await server.connect()
    for (let part = 0; part < 2_000; part++) endless.socket.send('', { fin: false })
    expect((await endless.closed).code).toBe(1008)
    await expectWell()
  })

  it('GW-C6: text that is not UTF-8, and frames without a mask, close it', async () => {
    await start()
    const badText = await server.raw()
    badText.write(upgrade('/realtime'))
    await firstLine(badText)
    badText.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]))
    await once(badText, 'close')
    const unmasked = await server.raw()
    unmasked.write(upgrade('/realtime'))
    await firstLine(unmasked)
    unmasked.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]))
    await once(unmasked, 'close')
    await expectWell()
  })

  it('GW-C6: a client that breaks the wire and never answers its close is cut soon', async () => {
    await start({ limits: { closeMs: 100 } })
    const rude = await server.raw({ allowHalfOpen: true })
    rude.write(upgrade('/realtime'))
    await firstLine(rude)
    rude.pause()
    rude.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]))
    await waitFor(() => server.sessions === 0, { what: 'the session to be cut', timeoutMs: 3_000 })
  })

  it('GW-I2 GW-I3: a flood ends with 4400 while others go on', async () => {
    await start()
    const flood = await server.connect()
    flood.hello({ topics: [] })
    for (let turn = 0; turn < 5_000; turn++) flood.send({ type: 'ping', t: turn })
    expect((await flood.closed).code).toBe(CLOSE_CODES.abuse)
    const pings = await server.connect()
    pings.hello({ topics: [] })
    for (let turn = 0; turn < 5_000; turn++) pings.socket.ping()
    expect((await pings.closed).code).toBe(CLOSE_CODES.abuse)
    await expectWell()
  })

  it('GW-I4: another protocol is told so and closed with 4406', async () => {
    await start()
    const client = await server.connect()
    client.hello({ protocol: 99 })
    expect((await client.closed).code).toBe(CLOSE_CODES.protocolUnsupported)
    expect(client.frames).toMatchObject([{ type: 'error', code: 'protocol_unsupported' }])
  })

  it('GW-F8 GW-F9: a client that never reads costs bounded memory, is sent away, and others are not slowed', async () => {
    await start({ limits: { slowConsumerMs: 300, closeMs: 200, maxBufferedBytes: 64 * 1024, paceMs: 1 } })
    const large = { operation_data: { note: 'x'.repeat(200_000) } }
    addOperation(large)
    const slow = await server.connect()
    slow.hello({ topics: ['operations'] })
    await slow.untilType('snapshot')
    slow.socket.pause()
    const reader = await server.connect()
    reader.hello({ topics: ['operations'] })
    await reader.untilType('snapshot')
    let turn = 0
    await waitFor(
      () => {
        addOperation({ ...large, triggered_by: `turn ${turn++}` })
        server.hub.publish()
        return server.sessions === 1
      },
      { what: 'the slow client to be cut', timeoutMs: 20_000, intervalMs: 2 },
    )
    await reader.until('the latest change', (frames) => JSON.stringify(frames.at(-1)).includes(`turn ${turn - 1}`))
    expect(server.sessions).toBe(1)
  })

  it('GW-L3: draining says goodbye and closes; new ones are refused with 503', async () => {
    await start()
    const clients = await Promise.all(Array.from({ length: 5 }, () => server.connect()))
    for (const client of clients) client.hello({ topics: ['operations'] })
    await Promise.all(clients.map((client) => client.untilType('snapshot')))
    await server.gateway.drain({ deadlineMs: 1_000 })
    for (const client of clients) {
      expect((await client.closed).code).toBe(CLOSE_CODES.goingAway)
      expect(client.frames.at(-1)).toMatchObject({ type: 'goodbye', code: 'shutting_down' })
    }
    const refused = (await server.connect().catch((error) => error)) as RefusedError
    expect(await refused.problem()).toMatchObject({ status: 503, code: 'shutting_down' })
    expect(server.hub.watchers).toBe(0)
  })
})

function upgrade(path: string, more = 'sec-websocket-version: 13\r\n'): string {
  return (
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
    `sec-websocket-key: ${randomBytes(16).toString('base64')}\r\n${more}\r\n`
  )
}

async function firstLine(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString().split('\r\n', 1)[0] ?? ''
}
