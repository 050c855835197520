import { FakeClock } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { WEBHOOK_EVENTS, WebhookEndpoints } from '../src/index.ts'
import { endOperation, openBench } from './support.ts'

const NOBODY = '00000000-0000-7000-8000-000000000000'

test('an endpoint is made, changed and removed, and its secret shown once', async () => {
  const bench = await openBench()
  const { endpoint, secret } = await bench.endpoints.add({ url: ' https://example.com/hook ' })
  expect(endpoint).toMatchObject({
    url: 'https://example.com/hook',
    description: '',
    events: [...WEBHOOK_EVENTS],
    enabled: true,
    disabled_reason: null,
    secrets: [{ hint: `whsec_…${secret.slice(-4)}`, expires_at: null }],
  })
  const edited = await bench.endpoints.edit(endpoint.id, { events: ['plan.held'], description: 'ours', enabled: false })
  expect(edited).toMatchObject({
    url: 'https://example.com/hook',
    events: ['plan.held'],
    description: 'ours',
    enabled: false,
  })
  expect(await bench.endpoints.list()).toEqual([edited])
  await bench.endpoints.edit(endpoint.id, { enabled: true, events: ['operation.completed'] })
  await endOperation(bench)
  expect(await bench.all()).toHaveLength(1)
  await bench.endpoints.remove(endpoint.id)
  expect([await bench.endpoints.list(), await bench.all()]).toEqual([[], []])
})

test.each([NOBODY, 'x'])('an endpoint %s that is not there is said to be', async (id) => {
  const { endpoints, deliveries } = await openBench()
  const none = { code: 'webhook_not_found' }
  await expect(endpoints.get(id)).rejects.toMatchObject(none)
  await expect(endpoints.edit(id, {})).rejects.toMatchObject(none)
  await expect(endpoints.remove(id)).rejects.toMatchObject(none)
  await expect(endpoints.rotateSecret(id)).rejects.toMatchObject(none)
  await expect(deliveries.sendTest(id)).rejects.toMatchObject(none)
})

test.each([
  [{}, 'url'],
  [{ url: '' }, 'url'],
  [{ url: 'https://example.com', events: [] }, 'events'],
  [{ url: 'https://example.com', events: ['asset.synced'] }, 'events[0]'],
  [{ url: 'https://example.com', events: ['plan.held', 'plan.held'] }, 'events'],
  [{ url: 'https://example.com', secret: 'mine' }, 'secret'],
  [{ url: `https://example.com/${'x'.repeat(2048)}` }, 'url'],
])('%j is refused', async (given, field) => {
  const { endpoints } = await openBench()
  await expect(endpoints.add(given as never)).rejects.toMatchObject({ code: 'invalid_input', details: { field } })
  expect(await endpoints.list()).toEqual([])
})

test('where an address may not be sent to, neither making nor moving an endpoint leads there', async () => {
  const { database, endpoints } = await openBench()
  const { endpoint } = await endpoints.add({ url: 'https://example.com/' })
  const strict = new WebhookEndpoints({
    pool: database.pool,
    clock: new FakeClock(),
    checkAddress: () => Promise.reject(new Error('refused')),
  })
  await expect(strict.add({ url: 'https://inside.example/' })).rejects.toThrow('refused')
  await expect(strict.edit(endpoint.id, { url: 'https://inside.example/' })).rejects.toThrow('refused')
  expect((await endpoints.list()).map(({ url }) => url)).toEqual(['https://example.com/'])
})

test('there are at most a hundred, also when many are made at once', async () => {
  const { database, endpoints } = await openBench()
  await database.pool.query(
    `INSERT INTO sync_webhook_endpoints (url, events) SELECT 'https://example.com', '{}' FROM generate_series(1, 98)`,
  )
  const made = await Promise.allSettled([1, 2, 3, 4].map(() => endpoints.add({ url: 'https://example.com/' })))
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
})

test('deliveries are listed latest first, by page, by endpoint and by state', async () => {
  const bench = await openBench()
  const [a, b] = [
    await bench.endpoints.add({ url: 'https://a.example/' }),
    await bench.endpoints.add({ url: 'https://b.example/' }),
  ]
  for (let count = 0; count < 3; count += 1) await endOperation(bench)
  await bench.database.pool.query(
    `UPDATE sync_webhook_deliveries SET state = 'dead', ended_at = now() WHERE endpoint_id = $1`,
    [b.endpoint.id],
  )
  const all = await bench.all()
  const first = await bench.deliveries.list({ limit: 4 })
  const second = await bench.deliveries.list({ limit: 4, cursor: first.next_cursor ?? '' })
  expect([...first.items, ...second.items]).toEqual(all)
  expect([all.length, second.next_cursor]).toEqual([6, null])
  const dead = await bench.deliveries.list({ limit: 9, state: 'dead' })
  expect(new Set(dead.items.map(({ endpoint_id }) => endpoint_id))).toEqual(new Set([b.endpoint.id]))
  expect((await bench.deliveries.list({ limit: 9, endpointId: a.endpoint.id })).items).toHaveLength(3)
  await expect(bench.deliveries.list({ limit: 9, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' })
})
