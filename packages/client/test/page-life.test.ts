import { FakeClock } from '@syncwatch/testkit'
import { expect, it } from 'vitest'
import { type BrowserGlobals, browserEnvironment } from '../src/environment/browser-environment.ts'
import { liveClient } from './support/live.ts'
import { at, NOW, operation, snapshot } from './support/rows.ts'

async function connected(options: Parameters<typeof liveClient>[0] = {}) {
  const live = liveClient({ topics: ['operations'], ...options })
  live.client.start()
  await live.clock.advance(0)
  live.transport.last.welcome({ serverTime: at(NOW) })
  live.transport.last.say(snapshot([operation('a')]))
  return live
}

const sentTypes = (live: Awaited<ReturnType<typeof connected>>) => live.transport.last.sent.map(({ type }) => type)

it('CL-12 a hidden page asks for one delta a second, and for the usual pace when it is shown again', async () => {
  const live = await connected()
  live.environment.emit('hidden')
  expect(live.transport.last.sent.at(-1)).toEqual({ type: 'pace', maxHz: 1 })
  live.environment.emit('visible')
  expect(live.transport.last.sent.slice(-2)).toEqual([
    { type: 'pace', maxHz: 20 },
    { type: 'ping', t: live.clock.monotonic() },
  ])
  live.environment.emit('hidden')
  live.transport.last.fail()
  await live.clock.advance(1000)
  live.transport.last.welcome()
  expect(sentTypes(live), 'a session that begins while it is hidden is told too').toEqual(['ping', 'pace'])
  live.client.stop()
})

it('CL-09 offline keeps what was seen, says as of when, and comes back with the network', async () => {
  const live = await connected()
  live.environment.emit('offline')
  live.transport.last.fail()
  await live.clock.advance(5000)
  expect(live.client.getState().connection).toMatchObject({ status: 'disconnected', isLost: true })
  expect(live.client.getState().openIds).toEqual(['a'])
  live.environment.emit('online')
  await live.clock.advance(0)
  expect(live.transport.attempts).toHaveLength(2)
  expect(live.transport.last.hello.resume).toMatchObject({ epoch: 'e1' })
  live.client.stop()
})

it('CL-10 a page in the back-forward cache has no session, and goes on where it was when it is shown', async () => {
  const live = await connected()
  const first = live.transport.last
  live.environment.emit('pagehide')
  expect(first.isClosed).toBe(true)
  await live.clock.advance(3_600_000)
  expect(live.transport.attempts, 'nothing is tried meanwhile').toHaveLength(1)
  live.environment.emit('pageshow')
  await live.clock.advance(0)
  expect(live.transport.last.hello.resume).toMatchObject({ epoch: 'e1' })
  live.transport.last.welcome({ resumed: true })
  expect(live.client.getState().connection).toMatchObject({ status: 'connected', isLost: false })
  expect(live.client.getState().openIds).toEqual(['a'])
  live.client.stop()
})

it('CL-35 a long session shows a fresh ticket every 20 minutes, without a new session', async () => {
  let tickets = 0
  const getTicket = () => {
    tickets += 1
    if (tickets === 3) throw Object.assign(new Error('The login has gone.'), { code: 'unauthorized' })
    return `t${tickets}`
  }
  const live = await connected({ getTicket })
  const problems: string[] = []
  live.client.on('problem', ({ code }) => problems.push(code))
  const passMinutes = async (minutes: number) => {
    for (let step = 0; step < minutes * 12; step += 1) {
      await live.clock.advance(5000)
      const ping = live.transport.last.sent.findLast((frame) => frame.type === 'ping')
      live.transport.last.say({ type: 'pong', t: (ping as { t: number }).t, serverTime: at(live.clock.now()) })
    }
  }
  await passMinutes(21)
  expect(live.transport.attempts).toHaveLength(1)
  expect(live.transport.last.sent.filter(({ type }) => type === 'hello')).toMatchObject([
    { clientId: 'c1', ticket: 't2' },
  ])
  await passMinutes(20)
  expect(problems).toEqual(['unauthorized'])
  expect(live.client.getState().connection.status, 'the server judges when it checks again').toBe('connected')
  live.client.stop()
  expect(live.clock.pendingTimers).toBe(0)
})

/** A tab without a DOM: two event targets and what of them is read. */
function fakeTab() {
  const page = new EventTarget()
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const host = Object.assign(page, { document, navigator: { onLine: true } }) as unknown as BrowserGlobals
  return { page, document, environment: browserEnvironment(new FakeClock(NOW), host) }
}

it('CL-14 a tab tells of the network, of being hidden and shown, and of being put away; until nobody listens', () => {
  const { page, document, environment } = fakeTab()
  const heard: string[] = []
  const stop = environment.listen((event) => heard.push(event))
  for (const type of ['offline', 'online', 'pagehide', 'pageshow']) page.dispatchEvent(new Event(type))
  for (const state of ['hidden', 'visible']) {
    document.visibilityState = state
    document.dispatchEvent(new Event('visibilitychange'))
  }
  expect(heard).toEqual(['offline', 'online', 'pagehide', 'pageshow', 'hidden', 'visible'])
  stop()
  page.dispatchEvent(new Event('online'))
  document.dispatchEvent(new Event('visibilitychange'))
  expect(heard).toHaveLength(6)
})
