import { describe, expect, it, vi } from 'vitest'
import type { ResponseLike } from '../src/http/fetch-like.ts'
import { selectActiveOperationsCount, selectIsLive } from '../src/state/selectors.ts'
import { FakeTransport } from './support/fake-transport.ts'
import { answer, liveClient } from './support/live.ts'
import { at, delta, health, NOW, operation, progressDelta, snapshot } from './support/rows.ts'

const A = '0190a000-0000-7000-8000-00000000000a'
const B = '0190a000-0000-7000-8000-00000000000b'

async function connected(options: Parameters<typeof liveClient>[0] = {}) {
  const live = liveClient(options)
  live.client.start()
  await live.clock.advance(0)
  live.transport.last.welcome({ serverTime: at(NOW) })
  return live
}

it('CL-20 says hello with the default topics, and is initial until the first answer', async () => {
  const { client, clock, transport } = liveClient()
  expect(client.getState().connection).toMatchObject({ status: 'disconnected', isInitial: true, isLost: false })
  client.start()
  await clock.advance(0)
  expect(transport.last.hello).toEqual({
    type: 'hello',
    protocol: 1,
    clientId: 'c1',
    reconnectAttempts: 0,
    quietMs: 0,
    topics: [{ topic: 'operations' }, { topic: 'health' }, { topic: 'stores' }],
  })
  transport.last.welcome()
  transport.last.say(snapshot([operation(A)], { health: health() }))
  const state = client.getState()
  expect(state.connection).toMatchObject({ status: 'connected', isInitial: false, role: 'viewer' })
  expect([state.openIds, state.isLoaded, state.health?.status]).toEqual([[A], true, 'healthy'])
  client.stop()
})

it('CL-20 says in hello for how long nothing has changed: by frames, over HTTP, but not by the connection itself', async () => {
  const { client, clock, transport } = await connected()
  const comeBack = async () => {
    transport.last.fail()
    await clock.advance((client.getState().connection.nextAttemptAt ?? 0) - clock.now())
    const { hello } = transport.last
    transport.last.welcome()
    return hello.quietMs
  }
  const since = (time: number) => clock.monotonic() - time
  transport.last.say(snapshot([operation(A)]))
  const told = clock.monotonic()
  await clock.advance(300)
  expect(await comeBack()).toBe(since(told))
  await clock.advance(200)
  client.apply({ type: 'operations', operations: [operation(A, { rev: 9 })], at: at(NOW) })
  const read = clock.monotonic()
  await clock.advance(100)
  expect(await comeBack()).toBe(since(read))
  expect(since(read)).toBeGreaterThanOrEqual(100)
  client.stop()
})

it('CL-21 comes back with growing waits, counts the attempts, and shows the loss after 5 s only', async () => {
  const { client, clock, transport } = await connected()
  transport.last.say(snapshot([operation(A)]))
  transport.last.fail()
  expect(client.getState().connection).toMatchObject({ status: 'reconnecting', reconnectAttempts: 1, isLost: false })
  const next = client.getState().connection.nextAttemptAt ?? 0
  expect(next - clock.now()).toBeLessThanOrEqual(1000)
  for (let attempt = 2; attempt <= 5; attempt += 1) {
    await clock.advance((client.getState().connection.nextAttemptAt ?? 0) - clock.now())
    expect(transport.attempts).toHaveLength(attempt)
    transport.last.fail()
    expect(client.getState().connection.reconnectAttempts).toBe(attempt)
  }
  await clock.advance(5000)
  expect(client.getState().connection.isLost).toBe(true)
  transport.last.welcome()
  expect(client.getState().connection).toMatchObject({ status: 'connected', reconnectAttempts: 0, isLost: false })
  client.stop()
  expect(clock.pendingTimers).toBe(0)
})

it('CL-21 shows a loss exactly 5 s after it began, although no attempt has an answer', async () => {
  const { client, clock, transport } = await connected()
  transport.last.fail()
  await clock.advance(1000)
  transport.last.fail()
  await clock.advance(3999)
  expect(transport.attempts.length, 'a further failure does not begin the 5 s anew').toBeGreaterThan(2)
  expect(client.getState().connection.isLost).toBe(false)
  await clock.advance(1)
  expect(client.getState().connection.isLost).toBe(true)
  client.stop()
})

it('CL-37 shows no connection, and nothing as live, until all that a session begins with is in', async () => {
  const { client, clock, transport } = liveClient()
  const seen: unknown[] = []
  client.subscribe(() => {
    const state = client.getState()
    const look = [state.connection.status, selectIsLive(state), state.operations[A]?.progress, state.health?.status]
    if (String(look) !== String(seen.at(-1))) seen.push(look)
  })
  client.start()
  await clock.advance(0)
  transport.last.begin()
  transport.last.say(snapshot([operation(A)], { health: health() }), { type: 'ready' })
  expect(seen.splice(0)).toEqual([
    ['disconnected', false, undefined, undefined],
    ['disconnected', false, 10, 'healthy'],
    ['connected', true, 10, 'healthy'],
  ])
  transport.last.fail()
  await clock.advance((client.getState().connection.nextAttemptAt ?? 0) - clock.now())
  seen.splice(0)
  transport.last.begin({ resumed: true })
  expect(client.getState().connection).toMatchObject({ status: 'reconnecting', reconnectAttempts: 1 })
  transport.last.say(delta([operation(A, { rev: 9, progress: 80 })]))
  transport.last.say({ type: 'delta', topic: 'health', cursor: '300', fields: ['id', 'rev'], rows: [], removed: [] })
  expect(client.getState().connection.status).toBe('reconnecting')
  transport.last.say({ type: 'ready' })
  expect(seen).toEqual([
    ['reconnecting', false, 10, 'healthy'],
    ['reconnecting', false, 80, 'healthy'],
    ['connected', true, 80, 'healthy'],
  ])
  expect(client.getState().connection.reconnectAttempts).toBe(0)
  client.stop()
})

it('CL-37 gives a session up that does not become ready', async () => {
  const { client, clock, transport } = liveClient()
  client.start()
  await clock.advance(0)
  const session = transport.last
  await clock.advance(9_000)
  session.begin()
  await clock.advance(9_999)
  expect([session.isClosed, client.getState().connection.status]).toEqual([false, 'disconnected'])
  await clock.advance(1)
  expect([session.isClosed, client.getState().connection.error?.code]).toEqual([true, 'timeout'])
  client.stop()
})

it('CL-27 asks for what was followed between hello and ready once that is there', async () => {
  const { client, clock, transport } = liveClient({ topics: ['operations'] })
  client.start()
  await clock.advance(0)
  client.follow('health')
  transport.last.begin()
  client.follow('stores')
  transport.last.say(snapshot([]))
  expect(transport.last.sent).toEqual([])
  transport.last.say({ type: 'ready' })
  expect(transport.last.sent.filter(({ type }) => type === 'subscribe')).toEqual([
    { type: 'subscribe', topic: 'health' },
    { type: 'subscribe', topic: 'stores' },
  ])
  client.stop()
})

it('CL-23 gives a session up in which a gap appears before it is ready', async () => {
  const { client, clock, transport } = liveClient()
  client.start()
  await clock.advance(0)
  const session = transport.last
  session.begin()
  session.say(snapshot([operation(A)]))
  session.say(progressDelta([operation(B, { rev: 5 })]))
  expect([session.isClosed, client.getState().connection.error?.code]).toEqual([true, 'frame_invalid'])
  await clock.advance(1000)
  expect(transport.last.hello.resume).toBeUndefined()
  client.stop()
})

it('CL-22 resumes from the earliest cursor, and drops it in the re-initialisation after three failures', async () => {
  const fetch = vi.fn(async () =>
    answer({ health: null, metrics: null, active_operations: [operation(B)], last_update: null }),
  )
  const { client, clock, transport } = await connected({ fetch, topics: ['operations', 'health'] })
  const reinitialised = vi.fn()
  client.on('reinitialised', reinitialised)
  transport.last.say(snapshot([operation(A)], { cursor: '200' }), {
    type: 'snapshot',
    topic: 'health',
    cursor: '90',
    rows: [],
  })
  transport.last.say(delta([], { cursor: '300' }))
  const resumes: unknown[] = []
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    transport.last.fail()
    await clock.advance(30_000 - (attempt === 3 ? 0 : 29_000) + 10_000)
    resumes.push(transport.last.hello.resume)
  }
  expect(resumes.slice(0, 1)).toEqual([{ epoch: 'e1', cursor: '90' }])
  expect(reinitialised).toHaveBeenCalledWith({ attempt: 3 })
  expect(transport.attempts.find((session) => session.hello.reconnectAttempts === 3)?.hello.resume).toBeUndefined()
  expect(fetch).toHaveBeenCalledWith('http://server.test/api/v1/status', expect.anything())
  expect(client.getState().openIds).toEqual([A, B])
  client.stop()
})

describe('CL-04 the status over HTTP', () => {
  /** A client whose third attempt in a row has failed: it has asked for the status, and waits for its next turn. */
  async function asking() {
    const answers: (() => void)[] = []
    const fetch = () =>
      new Promise<ResponseLike>((resolve) => {
        const report = { health: null, metrics: null, active_operations: [operation(B)], last_update: null }
        answers.push(() => resolve(answer(report)))
      })
    const live = await connected({ fetch })
    const { transport, clock, client } = live
    transport.last.say(snapshot([operation(A)], { cursor: '200' }))
    for (let failure = 1; failure <= 3; failure += 1) {
      expect(answers).toHaveLength(0)
      transport.last.fail()
      if (failure < 3) await clock.advance((client.getState().connection.nextAttemptAt ?? 0) - clock.now())
    }
    expect(answers).toHaveLength(1)
    const answerStatus = async () => {
      answers.shift()?.()
      await clock.advance(0)
    }
    return { ...live, asked: () => answers.length, attempts: transport.attempts.length, answerStatus }
  }

  it('is shown during the wait, and the next hello knows that something was just read', async () => {
    const { client, clock, transport, attempts, answerStatus } = await asking()
    await answerStatus()
    expect(transport.attempts).toHaveLength(attempts)
    expect(client.getState().openIds).toEqual([A, B])
    const wait = (client.getState().connection.nextAttemptAt ?? 0) - clock.now()
    await clock.advance(wait)
    expect(transport.attempts).toHaveLength(attempts + 1)
    expect(transport.last.hello).toMatchObject({ reconnectAttempts: 3, quietMs: wait })
    expect(transport.last.hello.resume).toBeUndefined()
    client.stop()
  })

  it('holds no attempt up, and is no news once that has begun: its session may know less', async () => {
    const { client, clock, transport, asked, attempts, answerStatus } = await asking()
    await clock.advance((client.getState().connection.nextAttemptAt ?? 0) - clock.now())
    expect(transport.attempts).toHaveLength(attempts + 1)
    await answerStatus()
    expect(client.getState().openIds, 'between hello and welcome').toEqual([A])
    transport.last.welcome()
    expect(client.getState().connection.status).toBe('connected')
    expect(asked(), 'a server that is back is asked nothing').toBe(0)
    client.stop()
  })

  it('is not shown by a client that was stopped', async () => {
    const { client, answerStatus } = await asking()
    client.stop()
    await answerStatus()
    expect(client.getState().openIds).toEqual([A])
  })
})

it('CL-23 asks for a new snapshot when progress comes for an operation that it does not hold', async () => {
  const { client, transport } = await connected()
  transport.last.say(snapshot([operation(A)]))
  transport.last.say(progressDelta([operation(B, { rev: 5 })]))
  expect(transport.last.sent.at(-1)).toEqual({ type: 'subscribe', topic: 'operations' })
  transport.last.say(progressDelta([operation(A, { rev: 9, progress: 80 })]))
  expect(client.getState().operations[A]?.progress, 'deltas wait for the snapshot').toBe(10)
  transport.last.say(snapshot([operation(A, { rev: 9, progress: 80 }), operation(B, { rev: 5 })]))
  expect(client.getState().openIds).toEqual([A, B])
  client.stop()
})

it('CL-24 begins anew without a cursor after something that is no frame', async () => {
  const { client, clock, transport } = await connected()
  transport.last.say(snapshot([operation(A)]))
  transport.last.garbage()
  expect(client.getState().connection).toMatchObject({ status: 'reconnecting', error: { code: 'frame_invalid' } })
  expect(transport.attempts[0]?.isClosed).toBe(true)
  await clock.advance(1000)
  expect(transport.last.hello.resume).toBeUndefined()
  client.stop()
})

it('CL-25 does not come back from another protocol version, until somebody says so', async () => {
  const { client, clock, transport } = liveClient()
  client.start()
  await clock.advance(0)
  transport.last.welcome({ protocol: 2 })
  expect(client.getState().connection).toMatchObject({
    status: 'error',
    isLost: true,
    error: { code: 'protocol_unsupported' },
  })
  await clock.advance(600_000)
  expect(transport.attempts).toHaveLength(1)
  client.retryNow()
  await clock.advance(0)
  expect(transport.attempts).toHaveLength(2)
  client.stop()
})

it('CL-26 gets a ticket for each attempt, and gives up when the credentials are refused', async () => {
  let tickets = 0
  const fetch = vi.fn(async () => {
    tickets += 1
    return tickets < 3 ? answer({ ticket: `t${tickets}` }) : answer({ code: 'unauthorized', detail: 'no' }, 401)
  })
  const { client, clock, transport } = liveClient({ fetch, token: 'secret' })
  client.start()
  await clock.advance(0)
  expect(transport.last.hello.ticket).toBe('t1')
  transport.last.welcome()
  transport.last.say({ type: 'error', code: 'unauthorized', message: 'expired' })
  await clock.advance(2000)
  expect(transport.last.hello.ticket).toBe('t2')
  transport.last.fail()
  await clock.advance(4000)
  expect(client.getState().connection).toMatchObject({ status: 'error', error: { code: 'unauthorized' } })
  client.stop()
})

it('CL-26 shows no ticket unless it must, then asks for one', async () => {
  const fetch = vi.fn(async () => answer({ ticket: 'by-cookie' }))
  const { client, clock, transport } = liveClient({ fetch })
  client.start()
  await clock.advance(0)
  expect(transport.last.hello.ticket).toBeUndefined()
  transport.last.say({ type: 'error', code: 'unauthorized', message: 'ticket please' })
  await clock.advance(1000)
  expect(transport.last.hello.ticket).toBe('by-cookie')
  client.stop()
})

it('CL-27 follows further topics on the wire once, and lets their rows go with the last follower', async () => {
  const { client, transport } = await connected()
  const topic = `items:${A}`
  const stopOne = client.follow(topic)
  const stopTwo = client.follow(topic)
  const frames = () => transport.last.sent.filter((frame) => 'topic' in frame && frame.topic === topic)
  expect(frames()).toEqual([{ type: 'subscribe', topic }])
  transport.last.say({
    type: 'snapshot',
    topic: topic as 'health',
    cursor: '5',
    rows: [{ id: 'i1', rev: 1, state: 'failed' }],
  })
  expect(client.getState().topics[topic]?.i1).toMatchObject({ state: 'failed' })
  stopOne()
  stopOne()
  expect(frames()).toHaveLength(1)
  stopTwo()
  expect(frames().at(-1)).toEqual({ type: 'unsubscribe', topic })
  expect(client.getState().topics[topic]).toBeUndefined()
  client.stop()
})

it('CL-27 asks at the welcome for what was followed since the hello, and for nothing twice', async () => {
  const { client, clock, transport } = liveClient()
  client.start()
  await clock.advance(0)
  client.follow('assets')
  expect(transport.last.sent, 'no session yet').toEqual([])
  transport.last.welcome()
  const subscribed = transport.last.sent.filter(({ type }) => type === 'subscribe')
  expect(subscribed).toEqual([{ type: 'subscribe', topic: 'assets' }])
  client.stop()
})

it('CL-28 opens the session anew for a topic where the transport has no way up, and stays connected meanwhile', async () => {
  const transport = new FakeTransport('sse', false)
  const { client, clock } = liveClient({ transports: [transport] })
  client.start()
  await clock.advance(0)
  transport.last.welcome()
  client.follow('assets')
  await clock.advance(0)
  expect(transport.attempts).toHaveLength(2)
  expect(transport.last.hello.topics).toContainEqual({ topic: 'assets' })
  expect(client.getState().connection.status).toBe('connected')
  transport.last.welcome()
  expect(client.getState().connection).toMatchObject({ status: 'connected', reconnectAttempts: 0 })
  client.stop()
})

it('CL-29 measures latency by ping and pong, smoothed, and learns the clock of the server', async () => {
  const { client, clock, transport } = await connected()
  const ping = transport.last.sent.find((frame) => frame.type === 'ping')
  await clock.advance(40)
  transport.last.say({ type: 'pong', t: (ping as { t: number }).t, serverTime: at(NOW + 20 + 7000) })
  expect(client.getState().connection).toMatchObject({ latency: 40, serverTimeOffset: 7000, lastPing: at(NOW + 40) })
  client.stop()
})

it('CL-30 lets rows of another history go before its snapshot is taken in', async () => {
  const { client, clock, transport } = await connected()
  transport.last.say(snapshot([operation(A, { rev: 900 }), operation(B, { rev: 3 })]))
  transport.last.fail()
  await clock.advance(1000)
  transport.last.welcome({ epoch: 'e2' })
  expect(client.getState().openIds, 'nothing goes before the snapshot is here').toEqual([A, B])
  transport.last.say(snapshot([operation(A, { rev: 2, progress: 50 })]))
  expect(client.getState().operations[A]).toMatchObject({ rev: 2, progress: 50 })
  expect(client.getState().openIds).toEqual([A])
  client.stop()
})

it('CL-31 tells of each operation that ended while it was watched, once', async () => {
  const { client, transport } = await connected()
  const ended = vi.fn()
  client.on('ended', ended)
  transport.last.say(snapshot([operation(A)]))
  const done = operation(A, { rev: 2, status: 'completed', progress: 100, end_time: at(NOW) })
  transport.last.say(delta([done]), delta([done]))
  expect(ended).toHaveBeenCalledTimes(1)
  client.stop()
})

it('CL-32 after a goodbye waits as long as it was asked to', async () => {
  const { client, clock, transport } = await connected()
  transport.last.say({ type: 'goodbye', code: 'shutting_down', retryAfterMs: 8000 })
  expect(transport.attempts[0]?.isClosed).toBe(true)
  await clock.advance(7999)
  expect(transport.attempts).toHaveLength(1)
  await clock.advance(1001)
  expect(transport.attempts).toHaveLength(2)
  client.stop()
})

it('CL-33 prunes operations that ended long ago, and leaves nothing behind when it stops', async () => {
  const { client, clock, environment, transport } = await connected({ keepEndedMs: 60_000 })
  const old = operation(A, { status: 'completed', end_time: at(NOW) })
  transport.last.say(
    snapshot([old, operation(B)], { counts: { pending: 0, in_progress: 1, completed: 9, failed: 0, cancelled: 0 } }),
  )
  expect(client.getState().endedIds).toEqual([A])
  for (let second = 0; second < 125; second += 5) {
    await clock.advance(5000)
    const ping = transport.last.sent.findLast((frame) => frame.type === 'ping')
    transport.last.say({ type: 'pong', t: (ping as { t: number }).t, serverTime: at(clock.now()) })
  }
  expect(client.getState().endedIds).toEqual([])
  expect(selectActiveOperationsCount(client.getState())).toBe(1)
  client.stop()
  expect([clock.pendingTimers, environment.listenerCount]).toEqual([0, 0])
  expect(client.getState().openIds, 'what it knew stays readable').toEqual([B])
})

it('CL-33 a machine whose clock is set hours ahead keeps what has just ended', async () => {
  const { client, clock, transport } = await connected({ keepEndedMs: 90_000 })
  transport.last.say(snapshot([operation(A, { status: 'completed', end_time: at(NOW) })]))
  clock.setWallClock(NOW + 8 * 3_600_000)
  for (const held of [[A], []]) {
    for (let second = 0; second < 60; second += 5) {
      await clock.advance(5000)
      const ping = transport.last.sent.findLast((frame) => frame.type === 'ping')
      transport.last.say({ type: 'pong', t: (ping as { t: number }).t, serverTime: at(NOW + clock.monotonic()) })
    }
    expect(client.getState().endedIds).toEqual(held)
  }
  client.stop()
})

it('CL-34 a laptop that wakes up finds out within 3 s that its socket died', async () => {
  const { client, clock, transport } = await connected()
  const ping = transport.last.sent.find((frame) => frame.type === 'ping')
  transport.last.say({ type: 'pong', t: (ping as { t: number }).t, serverTime: at(NOW) })
  clock.setWallClock(NOW + 3_600_000)
  await clock.advance(15_000)
  expect(transport.last.sent.filter((frame) => frame.type === 'ping').length).toBeGreaterThanOrEqual(2)
  await clock.advance(3000)
  expect(client.getState().connection.status).toBe('reconnecting')
  client.stop()
})

it('CL-11 what an older session still says is not heard', async () => {
  const { client, clock, transport } = await connected()
  const old = transport.last
  old.fail()
  await clock.advance(1000)
  transport.last.welcome()
  transport.last.say(snapshot([operation(A)]))
  old.fail()
  old.say(snapshot([operation(B)]))
  old.garbage()
  expect(client.getState().connection.status).toBe('connected')
  expect(client.getState().openIds).toEqual([A])
  client.stop()
})
