import { Child } from '../support/child.ts'
import { isQuick, printReport } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'
import type { ClientsRead, ClientsRequest, ServerRequest, ServerRun, ServerStarted } from './protocol.ts'

/**
 * Changes committed in Postgres (fsync on), each of them received by each client: nothing is gathered on the way, because an
 * operation changes again only after a while. A client that missed one, or got a later one in its place, fails the run, and
 * so does a version that was not committed by itself.
 */
const OPERATIONS = 5000
const CLIENTS = 100
const LEAST_PER_SECOND = 20_000
const MOST_MS = 100
/** What Centrifugo publishes of itself: messages a second that are stored and delivered. */
const CENTRIFUGO_PER_SECOND = 17_000

const quick = isQuick()
const forMs = quick ? 6000 : 15_000
/** Changes a second that are tried, upwards, until one is too much. */
const RATES = [20_500, 25_000, 30_000, 35_000]

interface Run {
  asked: number
  perSecond: number
  server: ServerRun
  clients: ClientsRead
  faults: string[]
}

const server = new Child(new URL('./server.ts', import.meta.url))
const clients = new Child(new URL('./clients.ts', import.meta.url))
try {
  const { url, ids } = await server.ask<ServerStarted>({ ask: 'start', operations: OPERATIONS } satisfies ServerRequest)
  await clients.ask({ ask: 'connect', url, clients: CLIENTS, ids } satisfies ClientsRequest)
  await run(LEAST_PER_SECOND / 2, 2000)
  let best = await run(RATES[0] as number, forMs)
  for (const rate of RATES.slice(1)) {
    if (best.faults.length > 0) break
    const next = await run(rate, forMs)
    if (next.faults.length > 0) break
    best = next
  }
  report(best)
} finally {
  await clients.stop()
  await server.stop()
}

async function run(asked: number, milliseconds: number): Promise<Run> {
  await clients.ask({ ask: 'reset' } satisfies ClientsRequest)
  const beganAt = performance.timeOrigin + performance.now()
  const served = await server.ask<ServerRun>({
    ask: 'run',
    perSecond: asked,
    forMs: milliseconds,
  } satisfies ServerRequest)
  const request = { ask: 'read', changes: served.changes, withinMs: 5000 } satisfies ClientsRequest
  const seen = await clients.ask<ClientsRead>(request)
  const one: Run = {
    asked,
    // What was both committed and received, until the last client had the last of it: calls that were overtaken do not count.
    perSecond: (Math.min(served.committed, seen.fewest) * 1000) / (seen.completeAt - beganAt),
    server: served,
    clients: seen,
    faults: faultsOf(served, seen),
  }
  console.log(
    JSON.stringify({ ...one, received_per_second: one.perSecond * CLIENTS }, (_, value) =>
      typeof value === 'number' ? Number(value.toPrecision(4)) : value,
    ),
  )
  return one
}

function faultsOf(served: ServerRun, seen: ClientsRead): string[] {
  const faults: string[] = []
  if (served.committed !== served.changes)
    faults.push(`${served.changes} changes were ${served.committed} commits of a row.`)
  if (served.behind > 0) faults.push(`${served.behind} operations are not in the table as they were changed last.`)
  if (seen.fewest < served.changes) faults.push(`A client received ${seen.fewest} of ${served.changes} changes.`)
  if (seen.p99 > MOST_MS) faults.push(`The p99 is ${seen.p99} ms; at most ${MOST_MS} are allowed.`)
  return faults
}

function report({ perSecond, server: served, clients: seen, faults, asked }: Run): void {
  const failures = [...faults]
  if (perSecond < LEAST_PER_SECOND)
    failures.push(`${Math.round(perSecond)} changes a second; at least ${LEAST_PER_SECOND} are asked for.`)
  printReport(
    {
      bench: 'durable',
      ratio: rounded(perSecond / CENTRIFUGO_PER_SECOND),
      ours: {
        changes_committed_and_received_by_all_per_second: Math.round(perSecond),
        deliveries_per_second: Math.round(perSecond * CLIENTS),
        p50_ms: seen.p50,
        p99_ms: seen.p99,
        worst_ms: seen.worst,
        megabytes_per_second: rounded(seen.bytes / 1e6 / served.seconds),
        cpu_share: rounded(served.cpuShare),
        cpu_share_postgres: rounded(served.databaseCpuShare),
        cpu_share_clients: rounded(seen.cpuSeconds / served.seconds),
      },
      peer: { name: 'Centrifugo, as published', publishes_per_second: CENTRIFUGO_PER_SECOND },
      setting: {
        operations: OPERATIONS,
        clients: CLIENTS,
        asked_per_second: asked,
        seconds: forMs / 1000,
        fsync: 'on',
        wal: 'files of the log are used again, as after the first checkpoints',
        delay: 'from the call to the client, over every change and every client',
        quick,
      },
    },
    failures,
  )
}
