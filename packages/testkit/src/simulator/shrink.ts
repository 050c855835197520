import type { Phase, Schedule } from './schedule.ts'
import { simulate } from './simulation.ts'

/** The smallest story found that still fails. Tries the parts one by one, as long as leaving one out changes nothing. */
export async function shrink(
  schedule: Schedule,
  fails: (schedule: Schedule) => Promise<boolean> = async (smaller) => (await simulate(smaller)).failure !== null,
): Promise<Schedule> {
  let smallest = schedule
  for (let found = true; found; ) {
    found = false
    for (const smaller of smallerThan(smallest)) {
      if (!(await fails(smaller))) continue
      smallest = smaller
      found = true
      break
    }
  }
  return smallest
}

function* smallerThan(schedule: Schedule): Generator<Schedule> {
  const { phases, files } = schedule
  for (const index of phases.keys()) yield { ...schedule, phases: phases.toSpliced(index, 1) }
  for (const [index, phase] of phases.entries())
    for (const smaller of smallerPhases(phase)) yield { ...schedule, phases: phases.with(index, smaller) }
  if (schedule.contents?.includes('reference') === true)
    yield { ...schedule, contents: schedule.contents.map(() => 'full' as const) }
  if (files > 0) yield { ...schedule, files: files - 1 }
}

function* smallerPhases(phase: Phase): Generator<Phase> {
  const { edits, run } = phase
  if (run.crashAt !== null) yield { ...phase, run: { ...run, crashAt: null } }
  if (run.cancelAt != null) yield { ...phase, run: { ...run, cancelAt: null } }
  for (const index of run.beside?.keys() ?? [])
    yield { ...phase, run: { ...run, beside: run.beside?.toSpliced(index, 1) ?? [] } }
  if (run.takeOverAt !== null) yield { ...phase, run: { ...run, takeOverAt: null } }
  if (phase.clockJumpMs !== 0) yield { ...phase, clockJumpMs: 0 }
  if (run.latencyMs !== 0) yield { ...phase, run: { ...run, latencyMs: 0 } }
  if (run.concurrency !== 1) yield { ...phase, run: { ...run, concurrency: 1 } }
  for (const [name, probability] of Object.entries(run.faults))
    if (probability > 0) yield { ...phase, run: { ...run, faults: { ...run.faults, [name]: 0 } } }
  for (const index of edits.keys()) yield { ...phase, edits: edits.toSpliced(index, 1) }
  for (const index of run.during.keys()) yield { ...phase, run: { ...run, during: run.during.toSpliced(index, 1) } }
}
