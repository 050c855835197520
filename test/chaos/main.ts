import { parseArgs } from 'node:util'
import { runSchedules } from './run-schedules.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
const seeds = Array.from({ length: count }, (_, index) => first + index)
const begunAt = performance.now()
const { failures, totals, growths, overgrown } = await runSchedules(seeds, ({ schedule, milliseconds, reason }) => {
  if (values.seed !== undefined) print(JSON.stringify(schedule, null, 1))
  if (values.verbose)
    print(`${schedule.seed}: ${Math.round(milliseconds)} ms, ${schedule.steps.map(({ step }) => step.kind).join(' ')}`)
  if (reason !== null)
    print(`seed ${schedule.seed} failed: ${reason}\n  again: npm run chaos -- --seed ${schedule.seed}`)
})
const seconds = (performance.now() - begunAt) / 1000
for (const growth of overgrown) print(`A node grew too much: ${growth}`)
print(
  JSON.stringify({
    schedules: count,
    failed: failures.map(({ seed }) => seed),
    seconds: Math.round(seconds),
    schedules_per_second: Number((count / seconds).toFixed(2)),
    ...totals,
    longest_lived_node: growths.reduce((most, { stories }) => Math.max(most, stories), 0),
    most_heap_growth_bytes: growths.reduce((most, { heap }) => Math.max(most, heap), 0),
    most_rss_bytes: growths.reduce((most, { rss }) => Math.max(most, rss), 0),
  }),
)
process.exitCode = failures.length + overgrown.length === 0 ? 0 : 1
// Thousands of sockets were cut, and with one of them in its hands Node was seen to clean up for ever.
process.stdout.write('', () => process.exit())

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
