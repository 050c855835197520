import { parseArgs } from 'node:util'
import { makeSchedule, type ScheduleKind } from './schedule.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulation.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '2000' }, seed: { type: 'string' }, kind: { type: 'string' } },
})
const kinds: ScheduleKind[] =
  values.kind === undefined ? ['everyday', 'hostile', 'rough', 'letters'] : [values.kind as ScheduleKind]
const first = Number(values.seed ?? 1)
const last = values.seed === undefined ? first + Number(values.seeds) - 1 : first
let failed = 0
for (const kind of kinds) {
  for (let seed = first; seed <= last; seed += 1) {
    const schedule = makeSchedule(seed, kind)
    const { failure, trace } = await simulate(schedule)
    if (failure === null) {
      if (values.seed !== undefined) process.stdout.write(`${trace.join('\n')}\n`)
      continue
    }
    failed += 1
    process.stdout.write(`${kind} seed ${seed} failed: ${failure}\n`)
    if (failed > 3) continue
    const small = await shrink(schedule)
    const told = await simulate(small)
    process.stdout.write(`shrunk: ${JSON.stringify(small)}\n${told.failure}\n${told.trace.join('\n')}\n\n`)
  }
}
process.stdout.write(`${(last - first + 1) * kinds.length} schedules, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
