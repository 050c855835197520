import { FakeClock, waitFor } from '@syncwatch/testkit'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { claimDeliveries } from '../src/dispatch/claim-deliveries.ts'
import { RETRY_DELAYS } from '../src/dispatch/judge-attempt.ts'
import type { WebhookDelivery } from '../src/index.ts'
import { type Bench, endOperation, openBench, receiver } from './support.ts'

/** The only delivery, once it is as the test wants it. */
function delivery(bench: Bench, isRight: (one: WebhookDelivery) => boolean, what: string): Promise<WebhookDelivery> {
  return waitFor(
    async () => {
      const [one] = await bench.all()
      return one !== undefined && isRight(one) ? one : null
    },
    { what },
  )
}

const isDelivered = (one: WebhookDelivery) => one.state === 'delivered'

test('the library of Standard Webhooks verifies what arrives', async () => {
  const bench = await openBench()
  const { url, received } = await receiver()
  const { secret } = await bench.endpoints.add({ url })
  const id = await endOperation(bench)
  bench.dispatcher({ userAgent: 'Syncwatch-Webhooks/9' }).start()
  const done = await delivery(bench, isDelivered, 'the delivery')
  expect(done).toMatchObject({ attempts: 1, last_status: 204, last_error: null, next_attempt_at: null })
  const [{ headers, body, method } = {}] = received as [(typeof received)[number]]
  expect(method).toBe('POST')
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'Syncwatch-Webhooks/9',
    'webhook-id': done.message_id,
  })
  const event = new Webhook(secret).verify(body ?? '', headers as Record<string, string>)
  expect(event).toMatchObject({ type: 'operation.completed', data: { operation_id: id } })
  expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow()
})

test('a receiver that fails is tried again when the schedule says, under the same id, and ten times in all', async () => {
  const clock = new FakeClock(Date.now())
  const bench = await openBench(clock)
  const { url, received } = await receiver((response) => response.writeHead(500).end())
  await bench.endpoints.add({ url })
  await endOperation(bench)
  const dispatcher = bench.dispatcher()
  dispatcher.start()
  for (let attempt = 1; attempt < RETRY_DELAYS.length; attempt += 1) {
    const failed = await delivery(bench, (one) => one.attempts === attempt && one.last_error !== null, `${attempt}`)
    // What is due only later is not taken by anybody.
    await waitFor(
      async () => {
        const [one] = await bench.all()
        return Date.parse(one?.next_attempt_at ?? '') === clock.now() + (RETRY_DELAYS[attempt] ?? 0)
      },
      { what: `the time of attempt ${attempt + 1}` },
    )
    expect(failed.state).toBe('pending')
    const request = {
      now: clock.now() + (RETRY_DELAYS[attempt] ?? 0) - 1,
      limit: 9,
      perEndpoint: 9,
      busy: [],
      leaseMs: 0,
    }
    expect(await claimDeliveries(bench.database.pool, 'public', request)).toEqual([])
    await clock.advance(RETRY_DELAYS[attempt] ?? 0)
    dispatcher.kick()
  }
  const dead = await delivery(bench, (one) => one.state === 'dead', 'the end')
  expect(dead).toMatchObject({ attempts: 10, last_status: 500, last_error: 'The receiver answered 500.' })
  expect(received).toHaveLength(10)
  expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([dead.message_id]))
  const times = received.map(({ headers }) => Number(headers['webhook-timestamp']))
  expect(times).toEqual([...new Set(times)].sort())
})

test('what is dead can be replayed, as the same message', async () => {
  const bench = await openBench()
  let status = 410
  const { url, received } = await receiver((response) => response.writeHead(status).end())
  const { endpoint } = await bench.endpoints.add({ url, events: ['operation.completed'] })
  await endOperation(bench)
  const dispatcher = bench.dispatcher()
  dispatcher.start()
  const dead = await delivery(bench, (one) => one.state === 'dead', 'the refusal')
  await expect(bench.deliveries.replay(dead.id)).rejects.toMatchObject({ code: 'webhook_disabled' })
  expect(await bench.deliveries.health()).toMatchObject({ dead: 1 })
  status = 200
  await bench.endpoints.edit(endpoint.id, { enabled: true })
  expect(await bench.deliveries.replay(dead.id)).toMatchObject({ state: 'pending', attempts: 0 })
  expect(await delivery(bench, isDelivered, 'the replay')).toMatchObject({ id: dead.id, message_id: dead.message_id })
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([dead.message_id, dead.message_id])
  expect(await bench.deliveries.health()).toEqual({ dead: 0, lagMs: null })
  for (const id of ['x', endpoint.id])
    await expect(bench.deliveries.replay(id)).rejects.toMatchObject({ code: 'webhook_delivery_not_found' })
})

test('410 switches the endpoint off, and nothing that waits for it is tried', async () => {
  const bench = await openBench()
  const { url, received } = await receiver((response) => response.writeHead(410).end())
  const { endpoint } = await bench.endpoints.add({ url })
  for (let count = 0; count < 5; count += 1) await endOperation(bench)
  bench.dispatcher({ concurrency: 1, perEndpoint: 1 }).start()
  await waitFor(async () => (await bench.all()).every(({ state }) => state === 'dead'), { what: 'the end of all' })
  expect(received).toHaveLength(1)
  expect(await bench.endpoints.get(endpoint.id)).toMatchObject({ enabled: false, disabled_reason: 'gone' })
  await endOperation(bench)
  expect(await bench.all()).toHaveLength(5)
  expect(await bench.endpoints.edit(endpoint.id, { enabled: true })).toMatchObject({
    enabled: true,
    disabled_reason: null,
  })
})

test('Retry-After puts the next attempt off', async () => {
  const clock = new FakeClock(Date.now())
  const bench = await openBench(clock)
  const { url } = await receiver((response) => response.writeHead(503, { 'retry-after': '3600' }).end())
  await bench.endpoints.add({ url })
  await endOperation(bench)
  bench.dispatcher().start()
  const put = await delivery(bench, (one) => one.last_status === 503, 'the answer')
  expect(Date.parse(put.next_attempt_at ?? '')).toBe(clock.now() + 3_600_000)
})

test('a receiver that does not answer in time has failed', async () => {
  const clock = new FakeClock(Date.now())
  const bench = await openBench(clock)
  const { url, received } = await receiver(() => {})
  await bench.endpoints.add({ url })
  await endOperation(bench)
  bench.dispatcher({ pollMs: 60_000 }).start()
  await waitFor(() => received.length === 1, { what: 'the request' })
  await clock.advance(19_999)
  expect((await bench.all())[0]).toMatchObject({ state: 'pending', last_error: null })
  await clock.advance(1)
  const late = await delivery(bench, (one) => one.last_error !== null, 'the end of the wait')
  expect(late).toMatchObject({ last_error: 'No answer within 20 s.', last_status: null, attempts: 1 })
})

test.each([
  ['is not there', 'http://127.0.0.1:1/', 'It could not be reached (ECONNREFUSED).'],
  ['is a private address', 'http://10.0.0.1/', expect.stringContaining('not public')],
])('a receiver that %s has failed, and it says why', async (_what, url, last_error) => {
  const bench = await openBench()
  await bench.endpoints.add({ url })
  await endOperation(bench)
  bench.dispatcher().start()
  expect(await delivery(bench, (one) => one.last_error !== null, 'the failure')).toMatchObject({
    last_error,
    attempts: 1,
  })
})

test('two nodes deliver each message once', async () => {
  const bench = await openBench()
  const { url, received } = await receiver()
  await bench.endpoints.add({ url })
  await bench.endpoints.add({ url: `${url}/2` })
  await bench.database.pool.query(
    `INSERT INTO sync_operations (operation_type, status) SELECT 'upload', 'completed' FROM generate_series(1, 20)`,
  )
  for (const node of [bench.dispatcher(), bench.dispatcher()]) node.start()
  await waitFor(async () => (await bench.all()).every(isDelivered), { what: 'all of them', timeoutMs: 25_000 })
  const told = received.map(({ path, headers }) => `${path} ${headers['webhook-id']}`)
  expect(told).toHaveLength(40)
  expect(new Set(told).size).toBe(40)
})

test('an endpoint that hangs leaves the others room', async () => {
  const bench = await openBench()
  const hanging = await receiver(() => {})
  const quick = await receiver()
  await bench.endpoints.add({ url: hanging.url })
  await bench.database.pool.query(
    `INSERT INTO sync_operations (operation_type, status) SELECT 'upload', 'completed' FROM generate_series(1, 50)`,
  )
  const { endpoint } = await bench.endpoints.add({ url: quick.url })
  bench.dispatcher({ concurrency: 8, perEndpoint: 4 }).start()
  await waitFor(() => hanging.received.length >= 4, { what: 'the first ones to hang' })
  const test = await bench.deliveries.sendTest(endpoint.id)
  await waitFor(() => quick.received.length === 1, { what: 'the other one' })
  expect(JSON.parse(quick.received[0]?.body ?? '')).toMatchObject({
    type: 'webhook.test',
    data: { endpoint_id: endpoint.id },
  })
  expect(quick.received[0]?.headers['webhook-id']).toBe(test.message_id)
  expect(hanging.received.length).toBeLessThanOrEqual(7)
})

test('a node that stops waits for what is under way and gives back the rest', async () => {
  const clock = new FakeClock(Date.now())
  const bench = await openBench(clock)
  const answers: (() => void)[] = []
  const { url, received } = await receiver((response) => answers.push(() => response.writeHead(204).end()))
  await bench.endpoints.add({ url })
  await endOperation(bench)
  await endOperation(bench)
  const dispatcher = bench.dispatcher({ pollMs: 60_000 })
  dispatcher.start()
  await waitFor(() => answers.length === 2, { what: 'both requests' })
  const stopping = dispatcher.stop(3_000)
  answers[0]?.()
  await waitFor(async () => (await bench.all()).filter(isDelivered).length === 1, { what: 'the one that answered' })
  await clock.advance(3_000)
  await stopping
  const [left] = (await bench.all()).filter(({ state }) => state === 'pending')
  expect(left).toMatchObject({ attempts: 0, last_error: null })
  const other = bench.dispatcher()
  other.start()
  await waitFor(() => answers.length === 3, { what: 'the next node, at once' })
  expect(received[2]?.headers['webhook-id']).toBe(left?.message_id)
  answers[2]?.()
  await waitFor(async () => (await bench.all()).every(isDelivered), { what: 'all of it' })
  expect(clock.pendingTimers, 'of the one that runs').toBeLessThanOrEqual(1)
})

test('while a secret is being replaced both sign, after a day the new one alone', async () => {
  const clock = new FakeClock(Date.now())
  const bench = await openBench(clock)
  const { url, received } = await receiver()
  const { endpoint, secret } = await bench.endpoints.add({ url })
  const rotated = await bench.endpoints.rotateSecret(endpoint.id)
  expect(rotated.endpoint.secrets).toEqual([
    { hint: `whsec_…${rotated.secret.slice(-4)}`, created_at: expect.any(String), expires_at: null },
    { hint: `whsec_…${secret.slice(-4)}`, created_at: expect.any(String), expires_at: expect.any(String) },
  ])
  expect(JSON.stringify(await bench.endpoints.list())).not.toContain(secret)
  const dispatcher = bench.dispatcher()
  dispatcher.start()
  await endOperation(bench)
  const arrived = (count: number) => () => {
    dispatcher.kick()
    return received.length === count
  }
  await waitFor(arrived(1), { what: 'the first' })
  const [first] = received
  for (const one of [secret, rotated.secret])
    expect(new Webhook(one).verify(first?.body ?? '', first?.headers as Record<string, string>)).toBeDefined()
  await clock.advance(24 * 3_600_000)
  await endOperation(bench)
  await waitFor(arrived(2), { what: 'the second' })
  const { headers, body } = received[1] as (typeof received)[number]
  expect(headers['webhook-signature']?.toString().split(' ')).toHaveLength(1)
  const at = new Date(Number(headers['webhook-timestamp']) * 1000)
  const expected = new Webhook(rotated.secret).sign(String(headers['webhook-id']), at, body)
  expect(headers['webhook-signature']).toBe(expected)
  for (let more = 0; more < 4; more += 1) await bench.endpoints.rotateSecret(endpoint.id)
  expect((await bench.endpoints.get(endpoint.id)).secrets).toHaveLength(3)
})

test('what is over is removed when it is old, what waits is not', async () => {
  const bench = await openBench()
  const { endpoint } = await bench.endpoints.add({ url: 'http://127.0.0.1:1/' })
  const insert = (state: string, days: number, endpointId = endpoint.id) =>
    bench.database.pool.query(
      `INSERT INTO sync_webhook_deliveries (message_id, endpoint_id, event_type, payload, state, ended_at, created_at, next_attempt_at)
       VALUES ($1 || $2::int, $3, 'webhook.test', '{}', $1, CASE WHEN $1 <> 'pending' THEN now() - $2::int * interval '1 day' END,
               now() - $2::int * interval '1 day', now() + interval '1 day')`,
      [state, days, endpointId],
    )
  const nobody = '00000000-0000-7000-8000-000000000000'
  for (const days of [6, 8, 29, 31]) for (const state of ['delivered', 'dead', 'pending']) await insert(state, days)
  await insert('pending', 32, nobody)
  bench.dispatcher().start()
  const left = async () => (await bench.all()).map(({ message_id }) => message_id).sort()
  const kept = ['dead29', 'dead6', 'dead8', 'delivered6', 'pending29', 'pending31', 'pending6', 'pending8']
  await waitFor(async () => (await left()).length === kept.length, { what: 'the upkeep' })
  expect(await left()).toEqual(kept)
})

test('the lag is that of the oldest that is due', async () => {
  const clock = new FakeClock(Date.now() + 5_000)
  const bench = await openBench(clock)
  const { endpoint } = await bench.endpoints.add({ url: 'http://127.0.0.1:1/' })
  expect(await bench.deliveries.health()).toEqual({ lagMs: null, dead: 0 })
  await endOperation(bench)
  await clock.advance(90_000)
  const { lagMs } = await bench.deliveries.health()
  expect(lagMs).toBeGreaterThan(90_000)
  expect(lagMs).toBeLessThan(100_000)
  await bench.endpoints.edit(endpoint.id, { enabled: false })
  expect((await bench.deliveries.health()).lagMs, 'nobody is late for one that is off').toBeNull()
})
