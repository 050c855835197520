import { setTimeout as wait } from 'node:timers/promises'
import { isQuick, printReport } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'
import { type Load, type Measured, Side } from './side.ts'
import { type Single, SingleOperation } from './single-operation.ts'

const OPERATIONS = 200
const VIEWERS = [1000, 5000] as const
const CHANGES_PER_SECOND = 2000
const MOST_STALE_MS = 100
const LEAST_RATIO = 10

/** Changes a second in all that the peer is tried at, from the top: the first that is not too stale counts. We get what is asked for. */
type Rates = Record<(typeof VIEWERS)[number], readonly number[]>
const PEER_RATES: Rates = { 1000: [100, 50, 25], 5000: [20, 10, 5, 2] }

const quick = isQuick()
const busyMs = quick ? 2500 : 10_000
const singleMs = quick ? 6500 : 8500
/** Each with servers of its own. */
const rounds = quick ? 1 : 4
const failures: string[] = []

interface Comparison {
  ours: Measured
  peer: Measured
}

const singles = VIEWERS.map((viewers) => new SingleOperation(viewers))
const busy: Comparison[] = []
for (let round = 1; round <= rounds; round += 1) await withBoth(1, measureSingles)
await withBoth(OPERATIONS, async (ours, peer) => {
  for (const viewers of VIEWERS) {
    await ours.connect(viewers)
    await peer.connect(viewers)
    busy.push({ ours: await busiest(ours, [CHANGES_PER_SECOND]), peer: await busiest(peer, PEER_RATES[viewers]) })
  }
})
report(
  busy,
  singles.map((single) => single.compare()),
)

async function withBoth(operations: number, work: (ours: Side, peer: Side) => Promise<void>): Promise<void> {
  const ours = new Side('syncwatch')
  const peer = new Side('socket.io')
  try {
    await Promise.all([ours.start(operations), peer.start(operations)])
    await work(ours, peer)
  } finally {
    await Promise.all([ours.stop(), peer.stop()])
  }
}

/**
 * One operation that changes once a second: nothing to gather. Both sides in the same seconds, half a second apart, so that
 * the machine's mood falls on both; and before the signs of life of the connections begin (25 s), which come to each
 * side at another time.
 */
async function measureSingles(ours: Side, peer: Side): Promise<void> {
  const load = { operations: 1, perSecond: 1, forMs: singleMs }
  for (const single of singles) {
    await ours.connect(single.viewers)
    await peer.connect(single.viewers)
    const theirs = wait(500).then(() => measure(peer, load))
    single.add(await measure(ours, load), await theirs)
  }
}

/** The highest rate at which viewers see nothing older than allowed; the lowest one tried where there is none. */
async function busiest(side: Side, rates: readonly number[]): Promise<Measured> {
  let last: Measured | null = null
  for (const perSecond of rates) {
    last = await measure(side, { operations: OPERATIONS, perSecond, forMs: busyMs })
    if (last.stalenessP50 <= MOST_STALE_MS) return last
  }
  if (last === null) throw new Error('No rate to try.')
  return last
}

async function measure(side: Side, load: Load): Promise<Measured> {
  const measured = await side.measure(load)
  const shown = { ...measured, side: side.dialect, asked: load.perSecond, operations: load.operations }
  console.log(JSON.stringify(shown, (_, value) => (typeof value === 'number' ? rounded(value) : value)))
  if (measured.empty > 0) failures.push(`${measured.empty} viewers of ${side.dialect} saw nothing.`)
  return measured
}

function ratioOf({ ours: mine, peer: theirs }: Comparison): number {
  return mine.statesPerCpuSecond / theirs.statesPerCpuSecond
}

function report(busy: readonly Comparison[], single: readonly Single[]): void {
  for (const one of busy) {
    const at = `with ${one.ours.viewers} viewers`
    if (ratioOf(one) < LEAST_RATIO)
      failures.push(`The ratio ${at} is ${ratioOf(one).toFixed(1)}, below ${LEAST_RATIO}.`)
    if (one.ours.changesPerSecond < 0.9 * CHANGES_PER_SECOND)
      failures.push(
        `Only ${Math.round(one.ours.changesPerSecond)} changes a second ${at}; ${CHANGES_PER_SECOND} are asked for.`,
      )
    if (one.ours.stalenessP50 > MOST_STALE_MS)
      failures.push(`The median staleness ${at} is ${one.ours.stalenessP50.toFixed(0)} ms, above ${MOST_STALE_MS}.`)
  }
  for (const one of single)
    if (one.ratio < 1)
      failures.push(`With ${one.viewers} viewers of one operation the ratio is ${one.ratio.toFixed(2)}, below level.`)
  printReport(
    {
      bench: 'fanout',
      ratio: rounded(Math.min(...busy.map(ratioOf))),
      ours: { ...figures(busy, single, 'ours') },
      peer: { name: 'socket.io, WebSocket only, no compression, an emit a change', ...figures(busy, single, 'peer') },
      setting: {
        operations: OPERATIONS,
        most_stale_ms: MOST_STALE_MS,
        stale: 'median of what viewers see',
        single_ratio: Object.fromEntries(single.map((one) => [one.viewers, rounded(one.ratio)])),
        single_ratio_of_rounds: Object.fromEntries(single.map((one) => [one.viewers, one.ratios.map(rounded)])),
        single_windows: single[0]?.windows ?? 0,
        counted: 'processor time of the server process; the database has its own, see cpu_share_postgres',
        busy_ratio: Object.fromEntries(busy.map((one) => [one.ours.viewers, rounded(ratioOf(one))])),
        stores: { ours: 'Postgres, fsync on', peer: 'nothing' },
        quick,
      },
    },
    failures,
  )
}

function figures(
  busy: readonly Comparison[],
  single: readonly Single[],
  side: 'ours' | 'peer',
): Record<string, number> {
  const entries = [
    ...busy.flatMap((one) => {
      const name = `${one[side].viewers}_viewers`
      return [
        [`states_per_cpu_second_${name}`, one[side].statesPerCpuSecond],
        [`changes_per_second_${name}`, one[side].changesPerSecond],
        [`cpu_share_${name}`, one[side].cpuShare],
        [`cpu_share_postgres_${name}`, one[side].databaseCpuShare],
        [`staleness_p50_ms_${name}`, one[side].stalenessP50],
        [`staleness_p99_ms_${name}`, one[side].stalenessP99],
      ] as const
    }),
    ...single.flatMap(
      (one) =>
        [
          [`single_states_per_cpu_second_${one.viewers}_viewers`, one[side].statesPerCpuSecond],
          [`single_idle_cpu_share_${one.viewers}_viewers`, one[side].idleCpuShare],
        ] as const,
    ),
  ]
  return Object.fromEntries(entries.map(([name, value]) => [name, rounded(value)]))
}
