import { CLOSE_CODES } from '@syncwatch/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createTickets } from '../src/access/tickets.ts'
import { FakeTransport } from './support/fake-transport.ts'
import { GatewayFixture, operationId } from './support/gateway-fixture.ts'

let fixture: GatewayFixture
beforeEach(() => {
  fixture = new GatewayFixture()
})

const SECRET = 'a secret of at least thirty-two bytes'

function withTickets(): { fixture: GatewayFixture; ticket: (role?: 'viewer' | 'admin', subject?: string) => string } {
  const held: { tickets?: ReturnType<typeof createTickets> } = {}
  const tickets = {
    issue: (principal: { name: string; role: 'viewer' | 'admin' | 'editor' }) =>
      held.tickets?.issue(principal) ?? { ticket: '', expiresAt: '' },
    verify: (ticket: string) => {
      if (!held.tickets) throw new Error('not ready')
      return held.tickets.verify(ticket)
    },
  }
  const guarded = new GatewayFixture({ tickets, authenticate: null })
  held.tickets = createTickets({ secrets: [SECRET], clock: guarded.clock })
  return {
    fixture: guarded,
    ticket: (role = 'viewer', subject = 'ann') => tickets.issue({ name: subject, role }).ticket,
  }
}

describe('getting in', () => {
  it('GW-C5: without hello in five seconds the session ends', async () => {
    const { transport, session } = fixture.connect()
    await fixture.clock.advance(5_000)
    expect(transport.next()).toMatchObject([{ type: 'error', code: 'timeout' }])
    expect(transport.closed?.code).toBe(CLOSE_CODES.helloTimeout)
    expect(session.state).toBe('closed')
  })

  it('GW-A1: a ticket lets in with its role, once', async () => {
    const guarded = withTickets()
    const ticket = guarded.ticket('viewer')
    const first = await guarded.fixture.join({ ticket, topics: [] })
    expect(first.transport.next()).toMatchObject([{ type: 'welcome', role: 'viewer' }, { type: 'ready' }])
    const second = await guarded.fixture.join({ ticket, topics: [] })
    expect(second.transport.next()).toMatchObject([{ type: 'error', code: 'ticket_invalid' }])
    expect(second.transport.closed?.code).toBe(CLOSE_CODES.unauthorized)
  })

  it.each([
    ['no ticket', undefined, 'unauthorized'],
    ['garbage', 'garbage', 'ticket_invalid'],
    ['a forged one', 'v1.e30.AAAA', 'ticket_invalid'],
  ])('GW-A1: %s is refused with 4401', async (_, ticket, code) => {
    const guarded = withTickets()
    const { transport } = await guarded.fixture.join(ticket === undefined ? {} : { ticket })
    expect(transport.next()).toMatchObject([{ type: 'error', code }])
    expect(transport.closed?.code).toBe(CLOSE_CODES.unauthorized)
  })

  it('GW-A3: with authentication off no ticket is needed, and one that is shown anyway does no harm', async () => {
    const { transport } = await fixture.join({ ticket: 'whatever', topics: [] })
    expect(transport.next()).toMatchObject([{ type: 'welcome', role: 'admin' }, { type: 'ready' }])
  })

  it('GW-C4: a name has only so many sessions', async () => {
    const authenticate = () => ({ name: 'ann', role: 'viewer' as const })
    fixture = new GatewayFixture({ authenticate, limits: { maxSessionsPerSubject: 2 } })
    await fixture.join({ topics: [] })
    const second = await fixture.join({ topics: [] })
    const third = await fixture.join({ topics: [] })
    expect(third.transport.next()).toMatchObject([{ code: 'rate_limited' }, { type: 'goodbye', code: 'rate_limited' }])
    second.session.transportClosed()
    const fourth = await fixture.join({ topics: [] })
    expect(fourth.transport.nextTypes()).toEqual(['welcome', 'ready'])
  })

  it('GW-C4: those who were let in without a name are not counted under one', async () => {
    fixture = new GatewayFixture({ limits: { maxSessionsPerSubject: 2 } })
    for (let turn = 0; turn < 5; turn++) {
      const { transport } = await fixture.join({ topics: [] })
      expect(transport.nextTypes()).toEqual(['welcome', 'ready'])
    }
  })

  it('GW-I1: what is said before welcome waits for it', async () => {
    const client = fixture.connect()
    const greeting = client.hello({ topics: [] })
    client.send({ type: 'ping', t: 5 })
    await greeting
    expect(client.transport.next()).toMatchObject([{ type: 'welcome' }, { type: 'ready' }, { type: 'pong', t: 5 }])
  })
})

describe('credentials over time', () => {
  it('GW-A4: a ticket is good for thirty minutes, then the session ends with 4401', async () => {
    const guarded = withTickets()
    const { transport } = await guarded.fixture.join({ ticket: guarded.ticket(), topics: [] })
    await guarded.fixture.clock.advance(30 * 60_000 - 1)
    expect(transport.closed).toBeNull()
    await guarded.fixture.clock.advance(1)
    expect(transport.closed?.code).toBe(CLOSE_CODES.unauthorized)
  })

  it('GW-A5: a second hello with a fresh ticket of the same subject renews it; another subject ends it', async () => {
    const guarded = withTickets()
    const client = await guarded.fixture.join({ ticket: guarded.ticket('admin'), topics: ['connections', 'health'] })
    client.transport.next()
    await client.hello({ ticket: guarded.ticket('viewer') })
    expect(client.transport.next()).toMatchObject([{ type: 'error', code: 'forbidden' }])
    expect(guarded.fixture.hub.watchers).toBe(1)
    await client.hello({ ticket: guarded.ticket('admin', 'bob') })
    expect(client.transport.closed?.code).toBe(CLOSE_CODES.unauthorized)
  })

  it('GW-A4: the host is asked again, and decides', async () => {
    let isAllowed = true
    fixture = new GatewayFixture({
      authenticate: () => (isAllowed ? { name: 'ann', role: 'editor' } : null),
      limits: { recheckMs: 10_000 },
    })
    const { transport } = await fixture.join({ topics: [] })
    await fixture.clock.advance(20_000)
    expect(transport.closed).toBeNull()
    isAllowed = false
    await fixture.clock.advance(10_000)
    expect(transport.closed?.code).toBe(CLOSE_CODES.unauthorized)
  })
})

describe('bad frames', () => {
  const bad: [string, string | null][] = [
    ['not JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '42'],
    ['an array', '[]'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"shout"}'],
    ['an unknown field', '{"type":"ping","t":1,"extra":1}'],
    ['a type that is an object', '{"type":{}}'],
    ['__proto__', '{"type":"ping","t":1,"__proto__":{"x":1}}'],
    ['a ping without a number', '{"type":"ping","t":"now"}'],
    ['an infinite ping', '{"type":"ping","t":1e999}'],
    ['a pace of zero', '{"type":"pace","maxHz":0}'],
    ['a negative latency', '{"type":"ping","t":1,"latency":-1}'],
    ['an unknown topic', '{"type":"subscribe","topic":"secrets"}'],
    ['a topic without a uuid', '{"type":"subscribe","topic":"items:1;drop table"}'],
    ['an unknown filter', '{"type":"subscribe","topic":"operations","filter":{"status":["done"]}}'],
    ['deep nesting', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['bytes', null],
  ]

  it.each(bad)('GW-I1: %s is answered and changes nothing', async (_, text) => {
    fixture.addOperation(operationId(1), { status: 'in_progress' })
    const client = await fixture.join({ topics: ['operations'] })
    client.transport.next()
    client.session.receive(text)
    expect(client.transport.next()).toMatchObject([{ type: 'error', code: 'frame_invalid' }])
    client.send({ type: 'ping', t: 1 })
    fixture.progress(operationId(1), 5)
    fixture.publish()
    expect(client.transport.nextTypes()).toEqual(['pong', 'delta'])
  })

  it.each(bad)('GW-I1: %s as the first message leaves the way to a good hello open', async (_, text) => {
    const client = fixture.connect()
    client.session.receive(text)
    expect(client.transport.next()).toMatchObject([{ type: 'error', code: 'frame_invalid' }])
    await client.hello({ topics: [] })
    expect(client.transport.nextTypes()).toEqual(['welcome', 'ready'])
  })

  it('GW-I1: a client id that could not be stored is refused', async () => {
    const client = fixture.connect()
    await client.hello({ clientId: 'a\u0000b', topics: [] })
    expect(client.transport.next()).toMatchObject([{ type: 'error', code: 'frame_invalid' }])
  })

  it('GW-I2: many of them end the session with 4400', async () => {
    const client = await fixture.join({ topics: [] })
    for (let turn = 0; turn < 21; turn++) client.session.receive('{')
    expect(client.transport.closed?.code).toBe(CLOSE_CODES.abuse)
  })

  it('GW-I2: one a minute does not', async () => {
    const client = await fixture.join({ topics: [] })
    for (let turn = 0; turn < 60; turn++) {
      client.session.receive('{')
      await fixture.clock.advance(61_000 / 4)
    }
    expect(client.transport.closed).toBeNull()
  })

  it('GW-I3: too many good ones are refused, then end it too', async () => {
    const client = await fixture.join({ topics: [] })
    client.transport.next()
    for (let turn = 0; turn < 60; turn++) client.send({ type: 'ping', t: turn })
    expect(client.transport.next().filter((frame) => frame.type === 'error').length).toBeGreaterThan(0)
    expect(client.transport.closed).toBeNull()
    for (let turn = 0; turn < 21; turn++) client.send({ type: 'ping', t: turn })
    expect(client.transport.closed?.code).toBe(CLOSE_CODES.abuse)
  })

  it.each([{ protocol: 2 }, { protocol: 0 }])(
    'GW-I4: protocol $protocol is told and closed with 4406',
    async (hello) => {
      const client = fixture.connect()
      client.session.receive(JSON.stringify({ type: 'hello', ...hello, somethingNew: true }))
      expect(client.transport.next()).toMatchObject([{ type: 'error', code: 'protocol_unsupported' }])
      expect(client.transport.closed?.code).toBe(CLOSE_CODES.protocolUnsupported)
    },
  )

  it('GW-I5: pings of the wire are answered only so often', async () => {
    const { session, transport } = await fixture.join({ topics: [] })
    const answered = Array.from({ length: 100 }, () => session.pinged()).filter(Boolean)
    expect(answered.length).toBeLessThan(60)
    expect(transport.closed?.code).toBe(CLOSE_CODES.abuse)
  })
})

describe('a session over time', () => {
  it('GW-L1: one ping without any sign of life ends it', async () => {
    const { transport, session } = await fixture.join({ topics: [] })
    transport.answersPings = false
    await fixture.clock.advance(30_000)
    expect(transport.pings).toBe(1)
    session.ponged()
    await fixture.clock.advance(30_000)
    expect(transport.pings).toBe(2)
    expect(session.state).toBe('live')
    await fixture.clock.advance(30_000)
    expect(transport.isTerminated || transport.closed !== null).toBe(true)
    expect(fixture.gateway.statistics.sessions).toBe(0)
  })

  it('GW-L2: is reported with its latency, and as gone when its client has no other', async () => {
    const client = await fixture.join({ topics: [], reconnectAttempts: 3 })
    expect(fixture.reports).toMatchObject([
      {
        client_id: 'client-1',
        status: 'connected',
        reconnect_attempts: 3,
        user_agent: 'test',
        ip_address: '127.0.0.1',
      },
    ])
    client.send({ type: 'ping', t: 1, latency: 12.4 })
    // Who it is was told before and stays.
    expect(fixture.reports.at(-1)).toEqual({
      client_id: 'client-1',
      status: 'connected',
      last_ping: expect.any(String),
      latency_ms: 12,
    })
    const again = await fixture.join({ topics: [] })
    client.session.transportClosed()
    expect(fixture.reports.at(-1)).toMatchObject({ status: 'connected' })
    again.session.transportClosed()
    expect(fixture.reports.at(-1)).toEqual({ client_id: 'client-1', status: 'disconnected' })
  })

  it('GW-L2: without a measurement by the client the time to the pong counts', async () => {
    const { session, transport } = await fixture.join({ topics: [] })
    transport.answersPings = false
    await fixture.clock.advance(fixture.clock.nextTimerIn ?? 0)
    await fixture.clock.advance(7)
    session.ponged()
    expect(fixture.reports.at(-1)).toMatchObject({ latency_ms: 7 })
  })

  it('GW-L3: stopping sends all away at different times, takes nobody new, and ends in time', async () => {
    const clients = []
    for (let index = 0; index < 20; index++) clients.push(await fixture.join({ topics: ['operations'] }))
    const [stubborn] = clients
    if (stubborn) stubborn.transport.isReading = false
    const draining = fixture.gateway.drain({ deadlineMs: 500 })
    expect(() => fixture.gateway.checkConnection({ host: 'localhost', origin: null }, '::1')).toThrow(/stopping/)
    const times = clients.map(({ transport }) => {
      const last = transport.next().at(-1)
      return last?.type === 'goodbye' && last.code === 'shutting_down' ? last.retryAfterMs : Number.NaN
    })
    expect(new Set(times).size).toBeGreaterThan(15)
    expect(Math.max(...times)).toBeLessThanOrEqual(1_100)
    await fixture.clock.advance(500)
    await draining
    expect(stubborn?.transport.isTerminated).toBe(true)
  })

  it('GW-L4: leaves no timer, view or channel behind', async () => {
    fixture.addOperation(operationId(1))
    for (const name of ['websocket', 'sse'] as const) {
      const { session } = await fixture.join({ topics: ['operations', 'stores'] }, new FakeTransport(name))
      fixture.progress(operationId(1), 1)
      fixture.publish()
      fixture.progress(operationId(1), 2)
      fixture.publish()
      session.transportClosed()
    }
    fixture.connect().session.transportClosed()
    const halfway = fixture.connect()
    const greeting = halfway.hello()
    halfway.session.transportClosed()
    await greeting
    await fixture.clock.advance(0)
    expect(fixture.clock.pendingTimers).toBe(0)
    expect(fixture.hub.watchers).toBe(0)
    expect(fixture.gateway.statistics).toMatchObject({ sessions: 0, channels: 0 })
  })
})
