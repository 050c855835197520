import { systemClock } from '@syncwatch/core'
import { createPool, migrate } from '@syncwatch/database'
import { startEmbeddedPostgres } from '@syncwatch/embedded-postgres'
import { makeTempFolder } from '@syncwatch/testkit'
import { Child } from '../support/child.ts'
import { isQuick, printReport } from '../support/report.ts'
import { median, rounded } from '../support/statistics.ts'
import { fill } from './fill.ts'
import type { MeasuredRun } from './runner.ts'

/**
 * A run without changes over libraries of three sizes: its time, the memory of our process, and how many rows it wrote. The listing is
 * made up as it is read, the database is a real one with its defaults.
 */
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length)
const sizes = only !== undefined ? [Number(only)] : isQuick() ? [10_000, 100_000] : [10_000, 100_000, 1_000_000]
const ROUNDS = isQuick() ? 2 : 3
const MOST_RSS_MIB = 300
/** Per asset, against the next smaller size: above it the time grows faster than the library. */
const MOST_GROWTH = 1.25

interface Measured {
  readonly count: number
  readonly seconds: number
  readonly rssMib: number
  readonly written: Record<string, number>
}

const measured: Measured[] = []
for (const count of sizes) {
  const result = await measure(count)
  measured.push(result)
  console.log(
    `${count} assets: ${rounded(result.seconds)} s, ${Math.round(result.rssMib)} MiB, rows written ${JSON.stringify(result.written)}`,
  )
}
report()

async function measure(count: number): Promise<Measured> {
  const folder = await makeTempFolder()
  const postgres = await startEmbeddedPostgres({ dataFolder: `${folder.path}/postgres`, clock: systemClock() })
  const pool = createPool({ url: postgres.url, max: 2 })
  try {
    await migrate(pool)
    const storeId = await fill(pool, count)
    const runner = new Child(new URL('runner.ts', import.meta.url), [
      postgres.url,
      `${folder.path}/vault`,
      storeId,
      String(count),
    ])
    const runs: MeasuredRun[] = []
    for (let round = 0; round < ROUNDS; round += 1) runs.push(await runner.ask<MeasuredRun>({}))
    await runner.stop()
    return {
      count,
      seconds: median(runs.map(({ seconds }) => seconds)),
      rssMib: Math.max(...runs.map(({ rssMib }) => rssMib)),
      written: runs.at(-1)?.written ?? {},
    }
  } finally {
    await pool.end()
    await postgres.stop()
    await folder.remove()
  }
}

function report(): void {
  const failures: string[] = []
  for (const [index, { count, seconds, rssMib, written }] of measured.entries()) {
    if (rssMib > MOST_RSS_MIB) failures.push(`${count} assets took ${Math.round(rssMib)} MiB`)
    const rows = Object.values(written).reduce((sum, rows) => sum + rows, 0)
    if (rows !== 1) failures.push(`${count} assets: ${rows} rows were written`)
    const before = measured[index - 1]
    // What a run costs at any size is taken off: it must not hide growth at the small sizes.
    if (before !== undefined && seconds / count > (before.seconds / before.count) * MOST_GROWTH)
      failures.push(
        `${count} assets took ${rounded(seconds)} s where ${before.count} took ${rounded(before.seconds)} s`,
      )
  }
  const ours = Object.fromEntries(
    measured.flatMap(({ count, seconds, rssMib }) => [
      [`seconds_${count}`, rounded(seconds)],
      [`rss_mib_${count}`, Math.round(rssMib)],
    ]),
  )
  const last = measured.at(-1)
  const ratio = last === undefined ? 0 : rounded(MOST_RSS_MIB / last.rssMib)
  printReport(
    {
      bench: 'scale',
      ratio,
      ours,
      peer: { rss_mib: MOST_RSS_MIB },
      setting: { rounds: ROUNDS, rows_written: last?.written },
    },
    failures,
  )
}
