import { createPool } from '@syncwatch/database'
import { isQuick, printReport } from '../support/report.ts'
import { startServer } from '../support/server.ts'
import { median, rounded } from '../support/statistics.ts'
import { missing, openOperations, runOurs } from './ours.ts'
import { listenAsPeer, peerIds, preparePeer, runPeer } from './peer.ts'
import { measureAcceptance, measureStaleness } from './staleness.ts'

const OPERATIONS = 20_000
const HOT = 200
const CONCURRENCIES = [1, 2, 4, 8, 16, 32] as const
const LEAST_RATIO = 20
const MOST_STALE_MS = 150

const quick = isQuick()
const rounds = 5
const runMs = quick ? 1600 : 8000
const failures: string[] = []

const server = await startServer()
const peerPool = createPool({ url: server.databaseUrl, max: 34 })
try {
  await preparePeer(peerPool, OPERATIONS)
  const rows = await peerIds(peerPool)
  const listener = await listenAsPeer(server.databaseUrl)
  const best = await bestConcurrency(rows)
  const ids = await openOperations(server, OPERATIONS)

  const ours: number[] = []
  const peer: number[] = []
  let round = 1
  for (let index = 0; index < rounds; index += 1) {
    peer.push(await runPeer(peerPool, rows, best, runMs))
    const run = await runOurs(server, ids, round, runMs)
    ours.push(run.perSecond)
    round = run.lastRound + 1
    console.log(
      `round ${index + 1}: ${Math.round(ours.at(-1) as number)} states/s, peer ${Math.round(peer.at(-1) as number)}/s`,
    )
  }
  await listener.stop()
  const absent = await missing(server, ids, round - 1)
  if (absent !== 0) failures.push(`${absent} of ${ids.length} last values are not in the table.`)

  const hot = await openOperations(server, HOT)
  const accepted = await measureAcceptance(server, hot, 2000)
  const staleness = await measureStaleness(server, hot, quick ? 4000 : 10_000)
  if (staleness.p99 > MOST_STALE_MS)
    failures.push(`The staleness p99 is ${staleness.p99.toFixed(0)} ms; at most ${MOST_STALE_MS} are allowed.`)
  // Each round beside the peer's of the same moment, so that what else the machine does falls on both.
  const ratio = median(ours.map((perSecond, index) => perSecond / (peer[index] as number)))
  if (ratio < LEAST_RATIO) failures.push(`The ratio is ${ratio.toFixed(1)}; at least ${LEAST_RATIO} is asked for.`)
  printReport(
    {
      bench: 'ingest',
      ratio: rounded(ratio),
      ours: {
        committed_states_per_second: Math.round(median(ours)),
        calls_accepted_per_second_over_200: Math.round(accepted),
        staleness_p50_ms: rounded(staleness.p50),
        staleness_p99_ms: rounded(staleness.p99),
      },
      peer: {
        name: 'UPDATE a call, NOTIFY trigger a row',
        committed_states_per_second: Math.round(median(peer)),
        concurrency: best,
      },
      setting: {
        operations: OPERATIONS,
        rounds,
        seconds_a_run: runMs / 1000,
        fsync: 'on',
        staleness_at_calls_per_second: Math.round(staleness.offered),
        quick,
      },
    },
    failures,
  )
} finally {
  await peerPool.end()
  await server.stop()
}

/** The peer at its best: each concurrency for a moment, the fastest is taken. */
async function bestConcurrency(rows: readonly string[]): Promise<number> {
  const rates = new Map<number, number>()
  for (const concurrency of CONCURRENCIES) {
    rates.set(concurrency, await runPeer(peerPool, rows, concurrency, quick ? 1000 : 3000))
  }
  const [best] = [...rates].sort((left, right) => right[1] - left[1])[0] as [number, number]
  console.log(`peer: ${[...rates].map(([concurrency, rate]) => `${concurrency} → ${Math.round(rate)}/s`).join(', ')}`)
  return best
}
