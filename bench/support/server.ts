import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, systemRandom } from '@syncwatch/core'
import { createPool, migrate } from '@syncwatch/database'
import { startEmbeddedPostgres } from '@syncwatch/embedded-postgres'
import { attachRealtime, createGateway, type Gateway, type GatewayLimits } from '@syncwatch/gateway'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { makeTempFolder } from '@syncwatch/testkit'
import type pg from 'pg'

/** A server as it runs for users: its own Postgres with fsync on, the manager, the gateway, one listening socket. */
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

export async function startServer(limits: Partial<GatewayLimits> = {}): Promise<BenchServer> {
  const clock = systemClock()
  const folder = await makeTempFolder()
  const postgres = await startEmbeddedPostgres({ dataFolder: `${folder.path}/postgres`, clock })
  const pool = createPool({ url: postgres.url, max: 40 })
  await migrate(pool, { sets: ['status'] })
  const manager = createSyncStatusManager({ databaseUrl: postgres.url })
  await manager.start()
  const gateway = createGateway({
    status: manager,
    clock,
    random: systemRandom(),
    tickets: null,
    authenticate: async () => ({ subject: 'bench', role: 'admin' }),
    allowedOrigins: [],
    allowedHosts: null,
    limits,
  })
  const http = createServer()
  const url = await listen(http, gateway)
  return {
    databaseUrl: postgres.url,
    postgresProcessId: postgres.pid,
    pool,
    manager,
    url,
    stop: async () => {
      await gateway.stop()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      await manager.stop()
      await pool.end()
      await postgres.stop()
      await folder.remove()
    },
  }
}

async function listen(http: Server, gateway: Gateway): Promise<string> {
  attachRealtime(http, gateway)
  gateway.start()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', 4096, resolve))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}
