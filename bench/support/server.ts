import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { systemClock, systemRandom } from '@syncwatch/core'
import { createPool, migrate } from '@syncwatch/database'
import { startEmbeddedPostgres } from '@syncwatch/embedded-postgres'
import { attachRealtime, createGateway, createTickets, type Gateway, type GatewayLimits } from '@syncwatch/gateway'
import { handler } from '@syncwatch/http'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { makeTempFolder } from '@syncwatch/testkit'
import type pg from 'pg'

/** A server as it runs for users: its own Postgres with fsync on, the manager, the gateway, the API, one listening socket. */
export interface BenchServer {
  databaseUrl: string
  /** Of the Postgres beside it. */
  postgresProcessId: number
  pool: pg.Pool
  manager: SyncStatusManager
  /** Origin of the HTTP server, such as `http://127.0.0.1:40123`. */
  url: string
  stop(): Promise<void>
}

export async function startServer(
  limits: Partial<GatewayLimits> = {},
  options: Pick<NodeOptions, 'openInView'> = {},
): Promise<BenchServer> {
  const folder = await makeTempFolder()
  const postgres = await startEmbeddedPostgres({ dataFolder: `${folder.path}/postgres`, clock: systemClock() })
  const pool = createPool({ url: postgres.url, max: 40 })
  await migrate(pool, { sets: ['status'] })
  const node = await startNode({ ...options, databaseUrl: postgres.url, limits })
  return {
    ...node,
    databaseUrl: postgres.url,
    postgresProcessId: postgres.pid,
    pool,
    stop: async () => {
      await node.stop()
      await pool.end()
      await postgres.stop()
      await folder.remove()
    },
  }
}

/** Manager, gateway, API and listening socket on a database that is there already. */
export interface BenchNode {
  manager: SyncStatusManager
  url: string
  stop(): Promise<void>
}

export interface NodeOptions {
  databaseUrl: string
  limits?: Partial<GatewayLimits>
  /** A free one unless given. */
  port?: number
  /** Open operations that are shown live; as many as usual unless given. */
  openInView?: number
  /** Signs tickets; without it everybody is let in. */
  secret?: string
}

export async function startNode({
  databaseUrl,
  limits = {},
  port = 0,
  secret,
  openInView,
}: NodeOptions): Promise<BenchNode> {
  const clock = systemClock()
  const manager = createSyncStatusManager({ databaseUrl, ...(openInView !== undefined && { openInView }) })
  await manager.start()
  const gateway = createGateway({
    status: manager,
    clock,
    random: systemRandom(),
    tickets: secret === undefined ? null : createTickets({ secrets: [secret], clock }),
    authenticate: secret === undefined ? async () => ({ name: 'bench', role: 'admin' }) : null,
    allowedOrigins: [],
    allowedHosts: null,
    limits,
  })
  const http = createServer(getRequestListener(handler(manager)))
  const url = await listen(http, gateway, port)
  return {
    manager,
    url,
    stop: async () => {
      await gateway.stop()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      await manager.stop()
    },
  }
}

async function listen(http: Server, gateway: Gateway, port: number): Promise<string> {
  attachRealtime(http, gateway)
  gateway.start()
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', 4096, resolve))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}
