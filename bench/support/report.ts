import { cpus, totalmem } from 'node:os'

/** What every benchmark prints as its last line. `ratio` above 1 means better than the peer. */
export interface BenchReport {
  bench: string
  ratio: number
  ours: Record<string, number>
  peer: Record<string, number | string>
  setting: Record<string, unknown>
}

/** Prints the last line and sets the exit code: a benchmark whose own checks fail must not look like a result. */
export function printReport(report: BenchReport, failures: readonly string[] = []): void {
  for (const failure of failures) console.error(`FAILED: ${failure}`)
  if (failures.length > 0) process.exitCode = 1
  const machine = { cores: cpus().length, memory_gib: Math.round(totalmem() / 2 ** 30), node: process.versions.node }
  console.log(JSON.stringify({ ...report, setting: { ...report.setting, ...machine }, failures }))
}

export const isQuick = (): boolean => process.argv.includes('--quick')
