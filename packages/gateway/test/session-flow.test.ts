import { beforeEach, describe, expect, it } from 'vitest'
import { FakeTransport } from './support/fake-transport.ts'
import { GatewayFixture, operationId } from './support/gateway-fixture.ts'

let fixture: GatewayFixture
beforeEach(() => {
  fixture = new GatewayFixture()
})

const ID = operationId(1)
const topics = ['operations']

async function follower(): Promise<FakeTransport> {
  fixture.addOperation(ID, { status: 'in_progress' })
  const { transport } = await fixture.join({ topics })
  transport.next()
  return transport
}

function step(percent: number): void {
  fixture.progress(ID, percent)
  fixture.publish()
}

describe('conflation', () => {
  it('GW-F1: with nothing pending, a change goes out in the flush that brings it', async () => {
    const transport = await follower()
    step(10)
    expect(transport.next()).toMatchObject([{ type: 'delta', rows: [expect.arrayContaining([ID, 2, 10])] }])
  })

  it('GW-F2 GW-F3: within the pace only the latest value waits, and goes out when the pace allows', async () => {
    const transport = await follower()
    for (const percent of [10, 20, 30, 40]) step(percent)
    expect(transport.next()).toHaveLength(1)
    await fixture.clock.advance(19)
    expect(transport.next()).toHaveLength(0)
    await fixture.clock.advance(1)
    expect(transport.next()).toMatchObject([{ type: 'delta', rows: [expect.arrayContaining([ID, 5, 40])] }])
    await fixture.clock.advance(1000)
    step(50)
    expect(transport.next()).toMatchObject([{ rows: [expect.arrayContaining([ID, 6, 50])] }])
  })

  it('GW-F3: a client may ask for less, and for more again', async () => {
    fixture.addOperation(ID, { status: 'in_progress' })
    const client = await fixture.join({ topics })
    client.send({ type: 'pace', maxHz: 1 })
    client.transport.next()
    step(10)
    step(20)
    await fixture.clock.advance(900)
    expect(client.transport.next()).toHaveLength(1)
    client.send({ type: 'pace', maxHz: 1000 })
    expect(client.transport.next()).toMatchObject([{ rows: [expect.arrayContaining([ID, 3, 20])] }])
  })

  it('GW-F4: a frame is built once for all who are due the same change', async () => {
    fixture.addOperation(ID, { status: 'in_progress' })
    const transports = Array.from({ length: 20 }, () => new FakeTransport())
    for (const transport of transports) await fixture.join({ topics }, transport)
    for (const percent of [10, 20, 30]) step(percent)
    await fixture.clock.advance(50)
    for (const place of [2, 3, 4]) expect(new Set(transports.map((transport) => transport.encoded[place])).size).toBe(1)
    expect(transports[0]?.encoded).toHaveLength(5)
  })

  it('GW-F5: an end is delivered although progress was pending, and no progress follows it', async () => {
    const transport = await follower()
    step(10)
    step(20)
    fixture.end(ID)
    fixture.publish()
    await fixture.clock.advance(200)
    const frames = transport.next()
    expect(frames).toHaveLength(2)
    expect(frames[1]).toMatchObject({
      rows: [expect.arrayContaining([ID, 'completed', 100])],
      counts: { completed: 1 },
    })
  })

  it('GW-F7: where progress and whole rows mix, only the last frame moves the cursor', async () => {
    const transport = await follower()
    step(10)
    const [before] = transport.next()
    fixture.progress(ID, 20)
    fixture.addOperation(operationId(2))
    fixture.publish()
    await fixture.clock.advance(50)
    const [first, last] = transport.next()
    expect(first).toMatchObject({ type: 'delta', cursor: before?.type === 'delta' && before.cursor })
    expect(last).toMatchObject({ type: 'delta', cursor: String(fixture.database.xid) })
  })

  it('GW-F10: a quiet topic tells how far it was read, so that its cursor stays young', async () => {
    const transport = await follower()
    fixture.database.write('stores', { id: 'elsewhere' })
    fixture.publish()
    await fixture.clock.advance(30_000)
    expect(transport.next()).toMatchObject([
      { type: 'delta', cursor: String(fixture.database.xid), rows: [], removed: [] },
    ])
  })
})

describe('backpressure', () => {
  async function blockedFollower(): Promise<FakeTransport> {
    const transport = await follower()
    transport.isReading = false
    transport.bufferedBytes = 300_000
    return transport
  }

  it('GW-F8: nothing is added while a client does not read, and the latest value follows when it does', async () => {
    const transport = await blockedFollower()
    for (let percent = 1; percent <= 90; percent++) step(percent)
    await fixture.clock.advance(5_000)
    expect(transport.next()).toEqual([])
    transport.drain()
    expect(transport.next()).toMatchObject([{ type: 'delta', rows: [expect.arrayContaining([ID, 91, 90])] }])
    await fixture.clock.advance(20_000)
    expect(transport.closed).toBeNull()
  })

  it('GW-S1: is ready only once what had to wait for room at the beginning is sent too', async () => {
    fixture.addOperation(ID, { operation_data: { note: 'x'.repeat(300_000) } })
    const transport = new FakeTransport()
    transport.isReading = false
    await fixture.join({ topics: ['operations', 'health'] }, transport)
    expect(transport.nextTypes()).toEqual(['welcome', 'snapshot'])
    step(10)
    await fixture.clock.advance(1_000)
    expect(transport.nextTypes()).toEqual([])
    transport.isReading = true
    transport.drain()
    expect(transport.next().map((frame) => [frame.type, 'topic' in frame && frame.topic])).toEqual([
      ['delta', 'operations'],
      ['snapshot', 'health'],
      ['ready', false],
    ])
    transport.drain()
    expect(transport.nextTypes()).toEqual([])
  })

  it('GW-F8: one far behind gets a snapshot instead of all it missed', async () => {
    const transport = await blockedFollower()
    for (let index = 2; index < 50; index++) {
      for (let turn = 0; turn < 50; turn++) fixture.addOperation(operationId(index), { progress: turn })
      fixture.publish()
    }
    for (let turn = 0; turn < 2_100; turn++) step(turn % 90)
    transport.drain()
    expect(transport.nextTypes()).toEqual(['snapshot'])
  })

  it('GW-F9: one that stays full for ten seconds is sent away with a time to return', async () => {
    const transport = await blockedFollower()
    step(10)
    await fixture.clock.advance(10_000)
    expect(transport.next()).toMatchObject([{ type: 'goodbye', code: 'slow_consumer' }])
    expect(transport.closed?.code).toBe(1013)
    expect(transport.isTerminated).toBe(false)
    await fixture.clock.advance(1_000)
    expect(transport.isTerminated).toBe(true)
    expect(fixture.gateway.statistics).toMatchObject({ sessions: 0, channels: 0 })
  })

  it('GW-F8: asking for snapshots without reading them fills nothing', async () => {
    fixture.addOperations(300)
    const client = await fixture.join({ topics })
    client.transport.isReading = false
    for (let turn = 0; turn < 30; turn++) client.send({ type: 'subscribe', topic: 'operations' })
    await fixture.clock.advance(0)
    expect(client.transport.snapshots().length).toBeLessThan(4)
  })
})
