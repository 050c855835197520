import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSyncClient, type SyncClient } from '@syncwatch/client'
import { systemClock, systemRandom } from '@syncwatch/core'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { createTestDatabase, type TestDatabase, waitFor } from '@syncwatch/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openAccess } from '../src/access/principal.ts'
import { createTickets } from '../src/access/tickets.ts'
import { createGateway, type Gateway } from '../src/gateway.ts'
import { attachRealtime } from '../src/websocket/attach-realtime.ts'

/** One node as a host builds it: real Postgres, real manager, real sockets; the client is the real one too. */
class RealNode {
  readonly status: SyncStatusManager
  readonly gateway: Gateway
  readonly tickets = createTickets({ secrets: ['s'.repeat(32)], clock: systemClock() })
  readonly #server: Server

  constructor(database: TestDatabase, options: { isGuarded?: boolean } = {}) {
    this.status = createSyncStatusManager({ pool: database.pool })
    this.gateway = createGateway({
      status: this.status,
      clock: systemClock(),
      random: systemRandom(),
      tickets: options.isGuarded ? this.tickets : null,
      authenticate: options.isGuarded ? null : openAccess(),
      allowedOrigins: [],
      allowedHosts: ['127.0.0.1'],
    })
    this.#server = createServer((_request, response) => response.writeHead(404).end())
    attachRealtime(this.#server, this.gateway)
  }

  async start(port = 0): Promise<void> {
    await this.status.start()
    this.gateway.start()
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    await this.gateway.stop()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.status.stop()
  }
}

let database: TestDatabase
const nodes: RealNode[] = []
const clients: SyncClient[] = []

beforeEach(async () => {
  database = await createTestDatabase({ migrate: 'status' })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.stop()
  for (const node of nodes.splice(0)) await node.stop()
  await database.drop()
})

async function startNode(options: { isGuarded?: boolean } = {}, port = 0): Promise<RealNode> {
  const node = new RealNode(database, options)
  nodes.push(node)
  await node.start(port)
  return node
}

function startClient(node: RealNode, options: { getTicket?: () => string; topics?: string[] } = {}): SyncClient {
  const client = createSyncClient({ url: `http://127.0.0.1:${node.port}`, WebSocket: WebSocket as never, ...options })
  clients.push(client)
  client.start()
  return client
}

async function until(what: string, condition: () => unknown): Promise<void> {
  await waitFor(condition, { what, timeoutMs: 15_000, intervalMs: 2 })
}

describe('with the real status manager', () => {
  it('GW-F1 GW-F5: a client sees an operation from its creation to its end', async () => {
    const node = await startNode()
    const client = startClient(node)
    await until('the first snapshot', () => client.getState().isLoaded)
    const id = await node.status.createSyncOperation({ operation_type: 'upload', total_items: 10 })
    await until('the operation', () => client.getState().operations[id])
    await node.status.updateSyncProgress(id, 50, 5, 0, 'Half way')
    await until('its progress', () => client.getState().operations[id]?.progress === 50)
    await node.status.completeSyncOperation(id, 'completed')
    await until('its end', () => client.getState().operations[id]?.status === 'completed')
    expect(client.getState().counts).toMatchObject({ completed: 1, in_progress: 0, pending: 0 })
    expect(client.getState().operations[id]).toEqual(await node.status.getOperation(id))
  })

  it('GW-S3: a client of one node sees what another node does, and goes on where it was after a restart', async () => {
    const first = await startNode()
    const second = await startNode()
    const client = startClient(first)
    const welcomes: boolean[] = []
    client.on('frame', (frame) => frame.type === 'welcome' && welcomes.push(frame.resumed))
    await until('the first snapshot', () => client.getState().isLoaded)
    const id = await second.status.createSyncOperation({ operation_type: 'full_sync' })
    await until('the operation of the other node', () => client.getState().operations[id])
    const { port } = first
    nodes.splice(nodes.indexOf(first), 1)
    await first.stop()
    await second.status.updateProgress(id, { progress: 40 }, { durability: 'await' })
    await startNode({}, port)
    await until('the missed progress', () => client.getState().operations[id]?.progress === 40)
    expect(welcomes).toEqual([false, true])
  })

  it('GW-A2: a nonce is burned once for all nodes', async () => {
    const first = await startNode({ isGuarded: true })
    const second = await startNode({ isGuarded: true })
    const { ticket } = first.tickets.issue({ name: 'ann', role: 'viewer' })
    const client = startClient(first, { getTicket: () => ticket })
    await until('the first to be let in', () => client.getState().connection.status === 'connected')
    const thief = startClient(second, { getTicket: () => ticket })
    await until('the second to be refused', () => thief.getState().connection.error?.code === 'ticket_invalid')
    expect(thief.getState().isLoaded).toBe(false)
  })

  it('GW-L2: the list of connections shows who is there, live', async () => {
    const node = await startNode()
    const watcher = startClient(node, { topics: ['connections'] })
    const other = startClient(node)
    const rows = () => Object.values(watcher.getState().topics.connections ?? {})
    await until('both connections', () => rows().filter((row) => row.status === 'connected').length === 2)
    other.stop()
    await until('one to be gone', () =>
      rows().some((row) => row.client_id === other.clientId && row.status === 'disconnected'),
    )
  })

  it('GW-S9: items and events of one operation', async () => {
    const node = await startNode()
    const id = await node.status.createSyncOperation({ operation_type: 'full_sync', total_items: 2 })
    const client = startClient(node, { topics: [`items:${id}`, `events:${id}`] })
    await until('the first event', () => Object.keys(client.getState().topics[`events:${id}`] ?? {}).length > 0)
    await node.status.reportItems(id, [{ item_key: 'a.jpg', action: 'import', state: 'done', bytes: 5 }])
    await until('the item', () =>
      Object.values(client.getState().topics[`items:${id}`] ?? {}).some((row) => row.item_key === 'a.jpg'),
    )
  })
})
