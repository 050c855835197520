// Our server in a process of its own: manager, gateway and its database, as they run for users.
import { answerParent } from '../support/child.ts'
import { cpuSecondsOfPostgres } from '../support/postgres-cpu.ts'
import { type BenchServer, startServer } from '../support/server.ts'
import { generateChanges } from './change-generator.ts'
import { CpuWindows } from './cpu-windows.ts'
import type { ServerRequest, ServerRun } from './protocol.ts'

let server: BenchServer | null = null
let ids: string[] = []

answerParent<ServerRequest>(
  async (request) => {
    if (request.ask === 'start') return await start(request.operations)
    return await run(request)
  },
  async () => await server?.stop(),
)

async function start(operations: number): Promise<string> {
  server = await startServer({ maxSessions: 10_000, maxSessionsPerAddress: 10_000, maxSessionsPerSubject: 10_000 })
  const { manager } = server
  ids = await Promise.all(
    Array.from({ length: operations }, () => manager.createSyncOperation({ operation_type: 'full_sync' })),
  )
  for (const id of ids) await manager.updateSyncProgress(id, null, 1, 0, 'started')
  await manager.flush()
  return server.url
}

async function run(request: Extract<ServerRequest, { ask: 'run' }>): Promise<ServerRun> {
  const { manager, postgresProcessId } = server as BenchServer
  const before = { cpu: process.cpuUsage(), database: cpuSecondsOfPostgres(postgresProcessId), at: performance.now() }
  const windows = new CpuWindows()
  const changes = await generateChanges(request, (index, now) => {
    if (request.operations === 1) windows.mark()
    void manager.updateSyncProgress(ids[index] as string, null, now, 0, 'copying')
  })
  await manager.flush()
  const { user, system } = process.cpuUsage(before.cpu)
  return {
    cpuSeconds: (user + system) / 1e6,
    databaseCpuSeconds: cpuSecondsOfPostgres(postgresProcessId) - before.database,
    seconds: (performance.now() - before.at) / 1000,
    changes,
    windows: windows.lengths,
  }
}
