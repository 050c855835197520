// Our server in a process of its own: manager, gateway and its database with fsync on, and who makes the changes.
import { setTimeout as wait } from 'node:timers/promises'
import type { OperationId } from '@syncwatch/core'
import { query } from '@syncwatch/database'
import { answerParent } from '../support/child.ts'
import { cpuSecondsOfPostgres } from '../support/postgres-cpu.ts'
import { recycleWal } from '../support/recycled-wal.ts'
import { type BenchServer, startServer } from '../support/server.ts'
import type { ServerRequest, ServerRun, ServerStarted } from './protocol.ts'

const TICK_MS = 2

let server: BenchServer | null = null
let ids: OperationId[] = []
/** The last change of each operation, counted from its first. */
let last = new Int32Array(0)
let next = 0

answerParent<ServerRequest>(
  async (request) => (request.ask === 'start' ? await start(request.operations) : await run(request)),
  async () => await server?.stop(),
)

async function start(operations: number): Promise<ServerStarted> {
  server = await startServer({ maxOpenOperations: operations }, { openInView: operations })
  const { manager, pool } = server
  const rows = await query<{ id: OperationId }>(
    pool,
    `SELECT create_sync_operation('full_sync') AS id FROM generate_series(1, $1)`,
    [operations],
  )
  ids = rows.map(({ id }) => id)
  last = new Int32Array(operations)
  for (const id of ids) await manager.updateProgress(id, { message: 'copying' })
  await manager.flush()
  await pool.query('VACUUM ANALYZE sync_operations')
  await recycleWal(pool)
  return { url: server.url, ids }
}

async function run({ perSecond, forMs }: Extract<ServerRequest, { ask: 'run' }>): Promise<ServerRun> {
  const { manager, postgresProcessId } = server as BenchServer
  const revs = await sumOfRevs()
  const cpu = process.cpuUsage()
  const databaseCpu = cpuSecondsOfPostgres(postgresProcessId)
  const began = performance.now()
  let changes = 0
  for (let passed = 0; passed < forMs; passed = performance.now() - began) {
    for (const due = Math.floor((passed * perSecond) / 1000); changes < due; changes += 1) change()
    await wait(TICK_MS)
  }
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const databaseSeconds = cpuSecondsOfPostgres(postgresProcessId) - databaseCpu
  await manager.flush()
  return {
    changes,
    seconds,
    committed: (await sumOfRevs()) - revs,
    behind: await countBehind(),
    cpuShare: (user + system) / 1e6 / seconds,
    databaseCpuShare: databaseSeconds / seconds,
  }
}

/** The operations take turns. A change carries its number as items, and as bytes the time of the call (microseconds since 1970). */
function change(): void {
  const index = next++ % ids.length
  const processed_items = (last[index] as number) + 1
  last[index] = processed_items
  const processed_bytes = Math.round((performance.timeOrigin + performance.now()) * 1000)
  void (server as BenchServer).manager.updateProgress(ids[index] as OperationId, { processed_items, processed_bytes })
}

async function sumOfRevs(): Promise<number> {
  const [row] = await query<{ sum: number }>(
    (server as BenchServer).pool,
    'SELECT sum(rev)::int8 AS sum FROM sync_operations',
  )
  return row?.sum ?? 0
}

async function countBehind(): Promise<number> {
  const [row] = await query<{ count: number }>(
    (server as BenchServer).pool,
    `SELECT count(*)::int AS count FROM unnest($1::uuid[], $2::int8[]) AS expected (id, items)
     LEFT JOIN sync_operations o ON o.id = expected.id WHERE o.processed_items IS DISTINCT FROM expected.items`,
    [ids, [...last]],
  )
  return row?.count ?? ids.length
}
