import { parseArgs } from 'node:util'
import { makeSchedule, type ScheduleKind } from './schedule.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulation.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' }, kind: { type: 'string' } },
})
const kinds: ScheduleKind[] =
  values.kind === undefined ? ['everyday', 'hostile', 'rough', 'letters'] : [values.kind as ScheduleKind]
const first = Number(values.seed ?? 1)
const last = first + Number(values.seeds ?? (values.seed === undefined ? 2_000 : 1)) - 1
const says = (text: string) => process.stdout.write(`${text}\n`)
let failed = 0
for (let seed = first; seed <= last; seed += 1) {
  for (const kind of kinds) {
    const schedule = makeSchedule(seed, kind)
    const { failure, trace } = await simulate(schedule)
    if (failure === null) {
      if (first === last) says(trace.join('\n'))
      continue
    }
    failed += 1
    says(`${kind} seed ${seed} failed: ${failure}`)
    if (failed > 3) continue
    const small = await shrink(schedule)
    const told = await simulate(small)
    says(`shrunk: ${JSON.stringify(small)}\n${told.failure}\n${told.trace.join('\n')}\n`)
  }
  // A run of hours tells how far it has come, so that one that is stopped says something, too.
  if (seed % 1_000 === 0 && seed < last)
    says(`${seed}: ${(seed - first + 1) * kinds.length} schedules, ${failed} failed`)
}
says(`${(last - first + 1) * kinds.length} schedules, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
