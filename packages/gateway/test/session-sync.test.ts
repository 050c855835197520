import { OPERATION_PROGRESS_FIELDS } from '@syncwatch/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeTransport } from './support/fake-transport.ts'
import { GatewayFixture, operationId } from './support/gateway-fixture.ts'

let fixture: GatewayFixture
beforeEach(() => {
  fixture = new GatewayFixture()
})

describe('what a session is sent first', () => {
  it('GW-S1 GW-S2: welcomes, then gives each topic whole, health and stores within the operations', async () => {
    fixture.addOperation(operationId(1), { status: 'in_progress' })
    fixture.database.write('health', { id: 'system', status: 'healthy' })
    fixture.database.write('stores', { id: 'store-1', name: 'Photos' })
    const { transport } = await fixture.join()
    const [welcome, operations, health, stores, ...rest] = transport.next()
    expect(welcome).toMatchObject({ type: 'welcome', resumed: false, role: 'admin', epoch: 'epoch-1' })
    expect(operations).toMatchObject({
      type: 'snapshot',
      topic: 'operations',
      cursor: '103',
      operations: [{ id: operationId(1), status: 'in_progress' }],
      health: { id: 'system', status: 'healthy' },
      stores: [{ id: 'store-1' }],
      counts: { in_progress: 1, pending: 0 },
    })
    expect(health).toMatchObject({ topic: 'health', rows: [{ id: 'system' }] })
    expect(stores).toMatchObject({ topic: 'stores', rows: [{ id: 'store-1' }] })
    expect(rest).toEqual([{ type: 'ready' }])
  })

  it('GW-S3: goes on from a cursor with exactly what was missed, and says so', async () => {
    const [first = '', second = ''] = fixture.addOperations(3)
    const before = await fixture.join({ topics: ['operations'] })
    const { cursor } = before.transport.snapshots()[0] ?? { cursor: '' }
    before.session.transportClosed()
    fixture.progress(first, 40)
    fixture.database.remove('operations', second)
    const { transport } = await fixture.join({ topics: ['operations'], resume: { epoch: 'epoch-1', cursor } })
    const [welcome, delta, ...rest] = transport.next()
    expect(welcome).toMatchObject({ resumed: true })
    expect(delta).toMatchObject({ type: 'delta', topic: 'operations', cursor: '105', removed: [second] })
    expect(delta?.type === 'delta' && delta.rows.map((row) => row[0])).toEqual([first])
    expect(rest).toEqual([{ type: 'ready' }])
  })

  it('GW-S3: two that resume from one cursor each get what was missed by then', async () => {
    const [id = ''] = fixture.addOperations(1)
    const keeper = await fixture.join({ topics: ['operations'] })
    const resume = { epoch: 'epoch-1', cursor: keeper.transport.snapshots()[0]?.cursor ?? '' }
    for (const percent of [10, 20]) {
      fixture.progress(id, percent)
      fixture.publish()
      const { transport } = await fixture.join({ topics: ['operations'], resume })
      const [delta] = transport.deltas()
      expect(delta?.rows[0]?.[delta.fields.indexOf('progress')]).toBe(percent)
    }
  })

  it.each([
    ['another epoch', { epoch: 'another', cursor: '101' }],
    ['a cursor below the floor', { epoch: 'epoch-1', cursor: '5' }],
    ['a cursor of the future', { epoch: 'epoch-1', cursor: '99999' }],
  ])('GW-S4: %s gets snapshots, and is told so', async (_, resume) => {
    fixture.addOperations(2)
    fixture.database.purgeRemovals()
    const { transport } = await fixture.join({ topics: ['operations', 'health'], resume })
    expect(transport.next()).toMatchObject([
      { type: 'welcome', resumed: false },
      { type: 'snapshot', topic: 'operations' },
      { type: 'snapshot', topic: 'health' },
      { type: 'ready' },
    ])
  })

  it('GW-S5: a change while topics are opened is neither lost nor sent twice', async () => {
    fixture.addOperation(operationId(1))
    const client = fixture.connect()
    const greeting = client.hello({ topics: ['operations'] })
    fixture.progress(operationId(1), 10)
    fixture.publish()
    await greeting
    fixture.progress(operationId(1), 20)
    fixture.publish()
    await fixture.clock.advance(60)
    const last = client.transport.frames.at(-1)
    expect(last).toMatchObject({ type: 'delta' })
    expect(last?.type === 'delta' && last.rows[0]?.[2]).toBe(20)
    expect(client.transport.frames.map(({ type }) => type)).toEqual(['welcome', 'snapshot', 'ready', 'delta'])
  })

  it('GW-S8: answers a herd from one load and one encoding', async () => {
    fixture.addOperations(20)
    const transports = Array.from({ length: 50 }, () => new FakeTransport())
    await Promise.all(transports.map((transport) => fixture.join({ topics: ['operations'] }, transport)))
    expect(fixture.hub.loads).toBe(3)
    expect(new Set(transports.map((transport) => transport.encoded[1])).size).toBe(1)
  })
})

describe('the window on operations', () => {
  it('GW-S6: holds open operations up to its size and lets the next move up when one ends', async () => {
    fixture = new GatewayFixture({ limits: { maxOpenOperations: 2, maxEndedOperations: 1 } })
    const [a = '', b = '', c = ''] = fixture.addOperations(3)
    const { transport } = await fixture.join({ topics: ['operations'] })
    const snapshot = transport.snapshots()[0]
    expect(snapshot?.topic === 'operations' && snapshot.operations.map((row) => row.id)).toEqual([a, b])
    expect(snapshot).toMatchObject({ counts: { pending: 3 } })
    fixture.end(a)
    fixture.publish()
    const [delta] = transport.deltas()
    expect(delta?.rows.map((row) => row[0])).toEqual([a, c])
    expect(delta?.counts).toMatchObject({ pending: 2, completed: 1 })
  })

  it('GW-S6: shows those under way before those that wait', async () => {
    fixture = new GatewayFixture({ limits: { maxOpenOperations: 1 } })
    fixture.addOperation(operationId(1))
    fixture.addOperation(operationId(2), { status: 'in_progress' })
    const { transport } = await fixture.join({ topics: ['operations'] })
    expect(transport.snapshots()[0]).toMatchObject({ operations: [{ id: operationId(2) }] })
  })

  it('GW-S4: a replica whose window may have been cut gets a snapshot', async () => {
    fixture = new GatewayFixture({ limits: { maxOpenOperations: 2 } })
    fixture.addOperations(3)
    const cursor = String(fixture.database.xid)
    fixture.end(operationId(0))
    fixture.end(operationId(1))
    const { transport } = await fixture.join({ topics: ['operations'], resume: { epoch: 'epoch-1', cursor } })
    expect(transport.next()).toMatchObject([{ resumed: false }, { type: 'snapshot' }, { type: 'ready' }])
  })
})

describe('filters', () => {
  it('GW-S7: show only what passes, and remove what leaves', async () => {
    const id = operationId(1)
    fixture.addOperation(id, { status: 'in_progress' })
    fixture.addOperation(operationId(2))
    const topics = [{ topic: 'operations', filter: { status: ['in_progress' as const] } }]
    const { transport } = await fixture.join({ topics })
    expect(transport.snapshots()[0]).toMatchObject({ operations: [{ id }] })
    fixture.end(id)
    fixture.publish()
    expect(transport.deltas()[0]).toMatchObject({ rows: [], removed: [id] })
    fixture.progress(operationId(2), 10)
    fixture.publish()
    await fixture.clock.advance(100)
    expect(transport.deltas()).toHaveLength(1)
  })

  it('GW-S7: a row that enters comes whole', async () => {
    fixture.addOperation(operationId(1))
    const topics = [{ topic: 'operations', filter: { status: ['in_progress' as const] } }]
    const { transport } = await fixture.join({ topics })
    fixture.database.write('operations', { id: operationId(1), status: 'in_progress', progress: 1 })
    fixture.publish()
    expect(transport.deltas()[0]?.fields).toContain('operation_type')
    expect(transport.deltas()[0]?.rows).toHaveLength(1)
  })

  it('GW-S7: what left while the client was away is removed when it resumes', async () => {
    const id = operationId(1)
    fixture.addOperation(id, { status: 'in_progress' })
    const cursor = String(fixture.database.xid)
    fixture.end(id)
    const topics = [{ topic: 'operations', filter: { status: ['in_progress' as const] } }]
    const { transport } = await fixture.join({ topics, resume: { epoch: 'epoch-1', cursor } })
    expect(transport.next()).toMatchObject([
      { resumed: true },
      { type: 'delta', rows: [], removed: [id] },
      { type: 'ready' },
    ])
  })

  it('GW-S7: replace each other, and are answered by a snapshot', async () => {
    fixture.addOperations(2)
    const client = await fixture.join({ topics: ['operations'] })
    client.transport.next()
    client.send({ type: 'subscribe', topic: 'operations', filter: { id: [operationId(1)] } })
    await fixture.clock.advance(0)
    expect(client.transport.next()).toMatchObject([{ type: 'snapshot', operations: [{ id: operationId(1) }] }])
    fixture.progress(operationId(0), 5)
    fixture.progress(operationId(1), 5)
    fixture.publish()
    expect(client.transport.next()).toMatchObject([
      { type: 'delta', rows: [expect.arrayContaining([operationId(1), 2, 5])] },
    ])
  })
})

describe('topics', () => {
  it('GW-S9: follow one operation with its items and events, and stop', async () => {
    const id = operationId(1)
    const client = await fixture.join({ topics: [`items:${id}`] })
    fixture.database.write(`items:${id}`, { id: 'item-1', item_key: 'a.jpg', state: 'done' })
    fixture.publish()
    expect(client.transport.deltas()[0]).toMatchObject({
      topic: `items:${id}`,
      fields: ['id', 'item_key', 'state', 'rev'].sort() && expect.arrayContaining(['item_key']),
    })
    client.send({ type: 'subscribe', topic: `events:${id}` })
    client.send({ type: 'unsubscribe', topic: `items:${id}` })
    await fixture.clock.advance(0)
    client.transport.next()
    fixture.database.write(`items:${id}`, { id: 'item-1', state: 'failed' })
    fixture.database.write(`events:${id}`, { id: 'event-1', kind: 'message' })
    fixture.publish()
    expect(client.transport.next()).toMatchObject([{ type: 'delta', topic: `events:${id}` }])
  })

  it('GW-A6: connections are for administrators', async () => {
    fixture = new GatewayFixture({ authenticate: () => ({ name: 'ann', role: 'viewer' }) })
    const client = await fixture.join({ topics: ['connections', 'health'] })
    expect(client.transport.next()).toMatchObject([
      { type: 'welcome', role: 'viewer' },
      { type: 'snapshot', topic: 'health' },
      { type: 'ready' },
      { type: 'error', code: 'forbidden' },
    ])
    client.send({ type: 'subscribe', topic: 'connections' })
    await fixture.clock.advance(0)
    expect(client.transport.next()).toMatchObject([{ type: 'error', code: 'forbidden' }])
    expect(fixture.hub.watchers).toBe(1)
  })

  it('GW-S9: at most twenty a session', async () => {
    const client = await fixture.join({ topics: [] })
    for (let index = 0; index < 21; index++) client.send({ type: 'subscribe', topic: `items:${operationId(index)}` })
    await fixture.clock.advance(0)
    expect(client.transport.snapshots()).toHaveLength(20)
    expect(client.transport.next().at(-1)).toMatchObject({ type: 'error', code: 'rate_limited' })
  })

  it('GW-S10: a hub that cannot read sends the client away for now', async () => {
    fixture.hub.isDown = true
    const { transport, session } = await fixture.join()
    expect(transport.next()).toMatchObject([
      { type: 'error', code: 'database_unavailable' },
      { type: 'goodbye', code: 'database_unavailable' },
    ])
    expect(transport.closed?.code).toBe(1013)
    expect(session.state).toBe('closed')
    expect(fixture.gateway.statistics).toMatchObject({ sessions: 0, channels: 0 })
  })
})

describe('a node that has not read what another one has shown', () => {
  /** Somebody is there already, so the topic is open; what is written from now on the node has not read. */
  async function openNode(): Promise<string> {
    fixture = new GatewayFixture({}, undefined, { isBehind: true })
    const [id = ''] = fixture.addOperations(1)
    await fixture.clock.advance(10)
    const first = fixture.connect()
    await first.hello({ topics: ['operations'] })
    await fixture.clock.advance(1)
    fixture.publish()
    await fixture.clock.advance(1_000)
    fixture.hub.asked.length = 0
    return id
  }

  it.each([
    ['that is ahead of the node', 1, true],
    ['that begins anew', 0, false],
  ])('GW-S12: reads first for a client %s', async (_, reconnectAttempts, isAhead) => {
    const id = await openNode()
    fixture.progress(id, 40)
    const resume = { epoch: 'epoch-1', cursor: String(fixture.database.xid) }
    fixture.progress(id, 50)
    const client = await fixture.join({ topics: ['operations'], reconnectAttempts, ...(isAhead && { resume }) })
    await fixture.clock.advance(500)
    expect(client.transport.next()).toEqual([])
    fixture.publish()
    await fixture.clock.advance(0)
    const [welcome, first] = client.transport.next()
    expect(welcome).toMatchObject({ type: 'welcome', resumed: isAhead })
    if (isAhead) expect(first).toMatchObject({ type: 'delta', rows: [expect.arrayContaining([id, 3])] })
    else expect(first).toMatchObject({ type: 'snapshot', operations: [{ id, rev: 3, progress: 50 }] })
  })

  it('GW-S12: does not read for a client that has seen nothing since its last reading', async () => {
    await openNode()
    const sure = await fixture.join({ topics: ['operations'], quietMs: 1_100, reconnectAttempts: 1 })
    expect(sure.transport.next()).toMatchObject([{ type: 'welcome' }, { type: 'snapshot' }, { type: 'ready' }])
    // Two clocks may run apart by a thousandth.
    const unsure = await fixture.join({ topics: ['operations'], quietMs: 1_000, reconnectAttempts: 1 })
    expect(unsure.transport.next()).toEqual([])
  })

  it('GW-S12: asks for the reading where the client is new; a herd that comes back waits for the next one', async () => {
    await openNode()
    await fixture.join({ topics: ['operations'] })
    await fixture.join({ topics: ['operations'], reconnectAttempts: 1 })
    expect(fixture.hub.asked).toEqual(['soon', 'anyway'])
  })

  it('GW-S12: reads before it answers a subscription', async () => {
    const id = await openNode()
    const client = await fixture.join({ topics: [], quietMs: 2_000 })
    client.transport.next()
    fixture.progress(id, 40)
    client.send({ type: 'subscribe', topic: 'operations' })
    await fixture.clock.advance(500)
    expect(client.transport.next()).toEqual([])
    fixture.publish()
    await fixture.clock.advance(0)
    expect(client.transport.next()).toMatchObject([{ type: 'snapshot', operations: [{ id, progress: 40 }] }])
  })

  it('GW-S12: reads once for topics that are asked for together', async () => {
    await openNode()
    const client = await fixture.join({ topics: [], quietMs: 2_000 })
    client.transport.next()
    for (const topic of ['operations', 'health', 'stores']) client.send({ type: 'subscribe', topic })
    await fixture.clock.advance(500)
    fixture.publish()
    await fixture.clock.advance(0)
    expect(client.transport.nextTypes()).toEqual(['snapshot', 'snapshot', 'snapshot'])
  })

  it('GW-S12 GW-A4: who loses the right to a topic while it is read is not sent it', async () => {
    let role: 'admin' | 'viewer' = 'admin'
    const authenticate = () => ({ name: 'ann', role })
    fixture = new GatewayFixture({ authenticate, limits: { recheckMs: 5_000 } }, undefined, { isBehind: true })
    const client = fixture.connect()
    await client.hello({ topics: ['operations'] })
    await fixture.clock.advance(1)
    fixture.publish()
    await fixture.clock.advance(1_000)
    client.transport.next()
    client.send({ type: 'subscribe', topic: 'connections' })
    role = 'viewer'
    await fixture.clock.advance(5_000)
    fixture.publish()
    await fixture.clock.advance(0)
    expect(client.transport.next()).toMatchObject([{ type: 'error', code: 'forbidden' }])
    expect(fixture.gateway.statistics).toMatchObject({ channels: 1 })
  })

  it('GW-S12: while it cannot read, shows what it holds to who is new, and asks who comes back for patience', async () => {
    const id = await openNode()
    fixture.hub.isDown = true
    const fresh = await fixture.join({ topics: ['operations'] })
    expect(fresh.transport.next()).toMatchObject([
      { type: 'welcome' },
      { type: 'snapshot', operations: [{ id }] },
      { type: 'ready' },
    ])
    fresh.send({ type: 'subscribe', topic: 'operations' })
    await fixture.clock.advance(0)
    expect(fresh.transport.next()).toMatchObject([{ type: 'snapshot', operations: [{ id }] }])
    const back = await fixture.join({ topics: ['operations'], reconnectAttempts: 1 })
    expect(back.transport.next()).toMatchObject([
      { type: 'error', code: 'database_unavailable' },
      { type: 'goodbye', code: 'database_unavailable' },
    ])
    expect(fixture.gateway.statistics).toMatchObject({ sessions: 2, channels: 1 })
  })
})

it('GW-S11: when the database turns out to be another one, all begin anew under its epoch', async () => {
  fixture.addOperation(operationId(1))
  const { transport } = await fixture.join({ topics: ['operations'] })
  transport.next()
  fixture.hub.reset('epoch-2')
  expect(transport.next()).toMatchObject([{ type: 'goodbye', code: 'database_unavailable' }])
  const again = await fixture.join({ topics: ['operations'], resume: { epoch: 'epoch-1', cursor: '101' } })
  expect(again.transport.next()).toMatchObject([
    { epoch: 'epoch-2', resumed: false },
    { type: 'snapshot' },
    { type: 'ready' },
  ])
})

it('GW-F6: what is nothing but progress carries the columns that moved, and all where a version was not seen', async () => {
  fixture.addOperation(operationId(1), { status: 'in_progress' })
  const { transport } = await fixture.join({ topics: ['operations'] })
  fixture.progress(operationId(1), 33)
  fixture.publish()
  expect(transport.deltas()[0]?.fields).toEqual(['id', 'rev', 'progress'])
  await fixture.clock.advance(1000)
  fixture.progress(operationId(1), 34)
  fixture.progress(operationId(1), 35)
  fixture.publish()
  expect(transport.deltas()[1]?.fields).toEqual(OPERATION_PROGRESS_FIELDS)
})
