import { request as httpRequest } from 'node:http'
import { createSyncClient } from '@syncwatch/client'
import type { DownFrame } from '@syncwatch/core'
import { waitFor } from '@syncwatch/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTickets } from '../src/access/tickets.ts'
import { sseHandler } from '../src/sse/sse-handler.ts'
import { GatewayFixture, operationId } from './support/gateway-fixture.ts'
import { RealServer } from './support/real-server.ts'

interface Event {
  id: string | null
  retry: number | null
  frame: DownFrame
}

/** Reads a stream as an `EventSource` would. */
class EventReader {
  readonly events: Event[] = []
  comments = 0
  isDone = false
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #text = ''

  constructor(response: Response) {
    if (!response.body) throw new Error('no body')
    this.#reader = response.body.getReader()
  }

  /** Reads until so many events are there. */
  async read(count: number): Promise<Event[]> {
    while (this.events.length < count && !this.isDone) await this.readChunk()
    return this.events
  }

  async readChunk(): Promise<void> {
    const { value, done } = await this.#reader.read()
    this.isDone = done
    this.#text += Buffer.from(value ?? []).toString()
    const blocks = this.#text.split('\n\n')
    this.#text = blocks.pop() ?? ''
    for (const block of blocks) this.#take(block)
  }

  cancel(): Promise<void> {
    return this.#reader.cancel()
  }

  #take(block: string): void {
    const lines = block.split('\n')
    if (lines.every((line) => line.startsWith(':'))) this.comments += 1
    const data = lines.find((line) => line.startsWith('data: '))?.slice(6)
    const id = lines.find((line) => line.startsWith('id: '))?.slice(4) ?? null
    const retry = lines.find((line) => line.startsWith('retry: '))?.slice(7)
    if (data)
      this.events.push({ id, retry: retry === undefined ? null : Number(retry), frame: JSON.parse(data) as DownFrame })
  }
}

let fixture: GatewayFixture
beforeEach(() => {
  fixture = new GatewayFixture({ allowedHosts: ['127.0.0.1'], allowedOrigins: ['https://app.example.com'] })
})

const ADDRESS = 'http://127.0.0.1/realtime/events'

function get(query = '', init: RequestInit = {}): Promise<Response> {
  return sseHandler(fixture.gateway)(new Request(`${ADDRESS}${query}`, init))
}

describe('event streams', () => {
  it('GW-E1: carry the same frames, one an event', async () => {
    fixture.addOperation(operationId(1), { status: 'in_progress' })
    const response = await get('?topics=operations,health')
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const reader = new EventReader(response)
    const events = await reader.read(4)
    expect(events.map(({ frame }) => frame)).toMatchObject([
      { type: 'welcome', resumed: false },
      { type: 'snapshot', topic: 'operations' },
      { type: 'snapshot', topic: 'health' },
      { type: 'ready' },
    ])
    fixture.progress(operationId(1), 5)
    fixture.publish()
    expect((await reader.read(5))[4]?.frame).toMatchObject({ type: 'delta', topic: 'operations' })
    await reader.cancel()
  })

  it('GW-E2: name a place to resume from once all topics were sent, and go on from it', async () => {
    fixture.addOperation(operationId(1), { status: 'in_progress' })
    const reader = new EventReader(await get('?topics=operations,health'))
    const ids = (await reader.read(3)).map((event) => event.id)
    expect(ids).toEqual([null, null, 'epoch-1:101'])
    await reader.cancel()
    fixture.progress(operationId(1), 5)
    const again = new EventReader(
      await get('?topics=operations,health', { headers: { 'last-event-id': 'epoch-1:101' } }),
    )
    const events = await again.read(3)
    expect(events.map(({ frame }) => frame)).toMatchObject([
      { type: 'welcome', resumed: true },
      { type: 'delta', topic: 'operations', rows: [expect.arrayContaining([operationId(1), 2])] },
      { type: 'delta', topic: 'health', rows: [] },
    ])
    await again.cancel()
  })

  it('GW-E2: a place that means nothing here begins with snapshots', async () => {
    for (const place of ['nonsense', ':', 'epoch-1:', 'epoch-1:-5', 'other:101', 'epoch-1:99999999']) {
      const reader = new EventReader(await get('?topics=health', { headers: { 'last-event-id': place } }))
      expect((await reader.read(2)).map(({ frame }) => frame)).toMatchObject([{ resumed: false }, { type: 'snapshot' }])
      await reader.cancel()
    }
  })

  it('GW-E3: topics, filter and pace stand in the query', async () => {
    fixture.addOperations(2)
    const filter = encodeURIComponent(JSON.stringify({ id: [operationId(1)] }))
    const reader = new EventReader(await get(`?topics=operations&filter=${filter}&maxHz=1`))
    expect((await reader.read(3))[1]?.frame).toMatchObject({ operations: [{ id: operationId(1) }] })
    for (const percent of [1, 2, 3]) {
      fixture.progress(operationId(1), percent)
      fixture.publish()
    }
    await fixture.clock.advance(1_000)
    const deltas = (await reader.read(5)).slice(3).map(({ frame }) => frame)
    expect(deltas).toMatchObject([
      { rows: [expect.arrayContaining([2, 1])] },
      { rows: [expect.arrayContaining([4, 3])] },
    ])
    await reader.cancel()
  })

  it('GW-E4: keep quiet streams alive with comments', async () => {
    const reader = new EventReader(await get('?topics=health'))
    await reader.read(3)
    await fixture.clock.advance(31_000)
    await reader.readChunk()
    expect(reader.comments).toBe(1)
    expect(fixture.reports[0]).toMatchObject({ status: 'connected', metadata: { transport: 'sse' } })
    expect(fixture.reports.at(-1)).toMatchObject({ status: 'connected' })
    expect(fixture.reports.length).toBeGreaterThan(1)
    await reader.cancel()
  })

  it('GW-E5: end when the reader goes or the request is aborted, and leave nothing behind', async () => {
    const reader = new EventReader(await get())
    await reader.read(4)
    await reader.cancel()
    const stop = new AbortController()
    const aborted = new EventReader(await get('', { signal: stop.signal }))
    await aborted.read(4)
    stop.abort()
    await aborted.read(99)
    expect(aborted.isDone).toBe(true)
    stop.abort()
    const early = new AbortController()
    early.abort()
    await get('', { signal: early.signal })
    await fixture.clock.advance(0)
    expect(fixture.gateway.statistics).toMatchObject({ sessions: 0, channels: 0 })
    expect(fixture.clock.pendingTimers).toBe(0)
    expect(fixture.reports.at(-1)).toMatchObject({ status: 'disconnected' })
  })

  it('GW-E6: a reader that stops reading is skipped, then sent away', async () => {
    fixture.addOperation(operationId(1), { operation_data: { note: 'x'.repeat(300_000) } })
    const reader = new EventReader(await get('?topics=operations'))
    await fixture.clock.advance(0)
    for (let turn = 0; turn < 100; turn++) {
      fixture.database.write('operations', { id: operationId(1), triggered_by: `turn ${turn}` })
      fixture.publish()
      await fixture.clock.advance(50)
    }
    expect(fixture.gateway.statistics.sessions).toBe(1)
    await fixture.clock.advance(10_000)
    expect(fixture.gateway.statistics.sessions).toBe(0)
    await reader.read(99)
    expect(reader.events.length).toBeLessThan(6)
    expect(reader.events.at(-1)?.frame).toMatchObject({ type: 'goodbye', code: 'slow_consumer' })
  })

  it('GW-E6: one that reads again gets the latest', async () => {
    fixture.addOperation(operationId(1), { operation_data: { note: 'x'.repeat(300_000) } })
    const reader = new EventReader(await get('?topics=operations'))
    await fixture.clock.advance(0)
    for (let turn = 0; turn < 100; turn++) {
      fixture.database.write('operations', { id: operationId(1), triggered_by: `turn ${turn}` })
      fixture.publish()
    }
    await reader.read(3)
    await fixture.clock.advance(60)
    expect(JSON.stringify((await reader.read(4)).at(-1))).toContain('turn 99')
    await reader.cancel()
  })

  it('GW-L3 GW-E8: are drained', async () => {
    const reader = new EventReader(await get('?topics=health'))
    await reader.read(3)
    await fixture.gateway.drain()
    const last = (await reader.read(4)).at(-1)
    expect(last?.frame).toMatchObject({ type: 'goodbye', code: 'shutting_down', retryAfterMs: last?.retry })
    await reader.readChunk()
    expect(reader.isDone).toBe(true)
    expect((await get()).status).toBe(503)
  })
})

describe('refusals', () => {
  it.each([
    ['a foreign Host', '', { headers: { host: 'evil.example' } }, 403, 'forbidden_host'],
    ['a foreign Origin', '', { headers: { origin: 'https://evil.example' } }, 403, 'forbidden_origin'],
    ['another method', '', { method: 'POST' }, 405, 'method_not_allowed'],
    ['another protocol', '?protocol=9', {}, 400, 'protocol_unsupported'],
    ['a broken filter', '?filter={', {}, 400, 'invalid_input'],
    ['an unknown filter', `?filter=${encodeURIComponent('{"status":["done"]}')}`, {}, 400, 'invalid_input'],
    ['too many topics', `?topics=${'health,'.repeat(30)}`, {}, 400, 'invalid_input'],
    ['a pace of zero', '?maxHz=0', {}, 400, 'invalid_input'],
    ['a pace that is no number', '?maxHz=fast', {}, 400, 'invalid_input'],
    ['a client id with a NUL', '?clientId=%00', {}, 400, 'invalid_input'],
  ])('GW-E7: %s is answered with a problem document', async (_, query, init, status, code) => {
    const response = await get(query, init)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code })
    expect(fixture.gateway.statistics.sessions).toBe(0)
  })

  it('GW-A1: without a good ticket it is 401, with one it is a stream', async () => {
    const held = new GatewayFixture()
    const tickets = createTickets({ secrets: ['s'.repeat(32)], clock: held.clock })
    fixture = new GatewayFixture({ tickets, authenticate: null, allowedHosts: ['127.0.0.1'] })
    for (const query of ['', '?ticket=garbage']) expect((await get(query)).status).toBe(401)
    const { ticket } = tickets.issue({ name: 'ann', role: 'viewer' })
    const reader = new EventReader(await get(`?topics=connections,health&ticket=${ticket}`))
    expect((await reader.read(4)).map(({ frame }) => frame)).toMatchObject([
      { type: 'welcome', role: 'viewer' },
      { topic: 'health' },
      { type: 'ready' },
      { type: 'error', code: 'forbidden' },
    ])
    await reader.cancel()
    expect((await get(`?ticket=${ticket}`)).status).toBe(401)
  })

  it('GW-E1: a page of a listed origin may read it', async () => {
    const response = await get('?topics=health', { headers: { origin: 'https://app.example.com' } })
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    await response.body?.cancel()
  })
})

describe('over a real HTTP server', () => {
  let server: RealServer
  afterEach(() => server.stop())

  it('GW-E1 GW-E5: streams changes, and notices that the client has gone', async () => {
    server = await RealServer.start()
    let text = ''
    const sent = httpRequest(`${server.origin}/realtime/events?topics=stores`, (response) => {
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('error', () => {})
    })
    sent.on('error', () => {})
    sent.end()
    await waitFor(() => text.includes('"snapshot"'), { what: 'the snapshot' })
    server.database.write('stores', { id: 'store-1', name: 'Photos' })
    server.hub.publish()
    await waitFor(() => text.includes('Photos'), { what: 'the change' })
    sent.destroy()
    await waitFor(() => server.sessions === 0, { what: 'the session to end' })
    expect(server.hub.watchers).toBe(0)
  })

  it('GW-E1 GW-E2: the client follows by events alone, and goes on from its cursor', { timeout: 20_000 }, async () => {
    server = await RealServer.start()
    const client = createSyncClient({ url: server.origin, WebSocket: null, topics: ['operations', 'stores'] })
    const welcomes: boolean[] = []
    client.on('frame', (frame) => frame.type === 'welcome' && welcomes.push(frame.resumed))
    client.start()
    try {
      await waitFor(() => client.getState().isLoaded, { what: 'the first snapshot' })
      server.server.closeAllConnections()
      server.database.write('operations', { id: operationId(1), operation_type: 'upload', status: 'in_progress' })
      await waitFor(() => client.getState().operations[operationId(1)], { what: 'what was missed' })
      expect(welcomes).toEqual([false, true])
    } finally {
      client.stop()
    }
    await waitFor(() => server.sessions === 0, { what: 'the session to end' })
  })
})
