import { createSyncClient, type SyncClient } from '@syncwatch/client'
import { HastyClock, SeededRandom, TcpProxy, waitFor } from '@syncwatch/testkit'
import { afterEach, expect, it } from 'vitest'
import { blankOperation, operationId } from './support/gateway-fixture.ts'
import { RealServer } from './support/real-server.ts'

const OPERATIONS = 30
/** How much faster than the world the clients live: their patience of half a minute takes a second or two. */
const HASTE = 20

let server: RealServer
let proxy: TcpProxy
let clients: SyncClient[] = []
afterEach(async () => {
  for (const client of clients) client.stop()
  clients = []
  await proxy.close()
  await server.stop()
})

/** Two clients behind the proxy, one by WebSocket and one by events: whatever they were shown that went back, and how often each was cut off. */
function follow(): { wrong: string[]; losses: Map<SyncClient, number> } {
  const wrong: string[] = []
  const losses = new Map<SyncClient, number>()
  const options = { url: `http://127.0.0.1:${proxy.port}`, clock: new HastyClock(HASTE) }
  clients = [createSyncClient(options), createSyncClient({ ...options, WebSocket: null })]
  for (const client of clients) {
    const revs = new Map<string, number>()
    let wasConnected = false
    losses.set(client, 0)
    client.on('connection', ({ status }) => {
      if (wasConnected && status !== 'connected') losses.set(client, (losses.get(client) ?? 0) + 1)
      wasConnected = status === 'connected'
    })
    client.subscribe(() => {
      for (const row of Object.values(client.getState().operations)) {
        if (!row) continue
        if (row.rev < (revs.get(row.id) ?? 0)) wrong.push(`${row.id}: ${revs.get(row.id)} to ${row.rev}`)
        revs.set(row.id, row.rev)
      }
    })
    client.start()
  }
  return { wrong, losses }
}

/** Changes some operations, some of them much, so that frames fill many packets; between two steps the sockets write what they can. */
async function work(random: SeededRandom, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    for (let change = 0; change < 5; change += 1) {
      const id = operationId(random.integer(0, OPERATIONS - 1))
      const note = random.next() < 0.1 ? { operation_data: { note: 'x'.repeat(20_000) } } : {}
      server.database.write('operations', { id, processed_items: random.integer(0, 1000), ...note })
    }
    server.hub.publish()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What a network does, and whether its clients have felt it: all but the slow one lose everybody a session. */
const disturbances: [string, (network: TcpProxy) => Promise<void>, { isMerelySlow?: true }?][] = [
  ['is slow', async (network) => network.delay(40), { isMerelySlow: true }],
  ['cuts everybody off, in the middle of frames too', async (network) => network.cut()],
  ['loses what the server sends', async (network) => network.silence('down')],
  ['loses what the clients send', async (network) => network.silence('up')],
  ['loses everything', async (network) => network.silence()],
  ['takes no connection', async (network) => await network.refuse()],
]

it.each(disturbances)(
  'GW-S3 GW-S5 GW-L1: on a network that %s, all end equal and nothing goes back',
  async (_, disturb, { isMerelySlow = false } = {}) => {
    const random = new SeededRandom(7)
    server = await RealServer.start({
      limits: { pingMinMs: 150, pingMaxMs: 200, closeMs: 100, inboundPerSecond: 200, inboundBurst: 500, paceMs: 5 },
    })
    proxy = await TcpProxy.start({ port: server.port })
    for (let index = 0; index < OPERATIONS; index += 1)
      server.database.write('operations', { ...blankOperation(), id: operationId(index), status: 'in_progress' })
    const { wrong, losses } = follow()
    for (const client of clients) await waitFor(() => client.getState().isLoaded, { what: 'the first snapshot' })

    for (let round = 0; round < 3; round += 1) {
      for (const client of clients)
        await waitFor(() => client.getState().connection.status === 'connected', { what: 'everybody to be there' })
      const before = new Map(losses)
      await work(random, 20)
      await disturb(proxy)
      await work(random, 60)
      for (const client of isMerelySlow ? [] : clients)
        await waitFor(() => (losses.get(client) ?? 0) > (before.get(client) ?? 0), {
          what: 'the disturbance to be felt',
        })
      await proxy.restore()
    }
    await work(random, 10)
    for (const client of clients)
      await waitFor(() => isEqual(client), { what: 'the replica to equal the database', timeoutMs: 15_000 })
    expect(wrong).toEqual([])
  },
  60_000,
)

function isEqual(client: SyncClient): boolean {
  const { operations } = client.getState()
  return server.database
    .rows('operations')
    .every((row) => operations[row.id]?.rev === row.rev && operations[row.id]?.processed_items === row.processed_items)
}
