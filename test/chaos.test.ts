import { expect, it } from 'vitest'
import { runSchedules } from './chaos/run-schedules.ts'
import { makeSchedule, type Step } from './chaos/schedule.ts'

/** Together they hold each kind of step, network fault and intruder; `npm run chaos` tells hundreds. */
const SEEDS = [4, 6, 8, 35, 39, 100]

it('on bad days each replica ends equal to the database, and nobody is shown what was never committed', async () => {
  const steps = SEEDS.flatMap((seed) => makeSchedule(seed).steps.map(({ step }) => step))
  expect(kindsOf(steps)).toEqual(
    kindsOf(
      Array.from({ length: 200 }, (_, seed) => makeSchedule(seed).steps)
        .flat()
        .map(({ step }) => step),
    ),
  )
  expect(
    SEEDS.some((seed) => makeSchedule(seed).deafAt !== null),
    'somebody never reads',
  ).toBe(true)
  const { failures, totals, overgrown } = await runSchedules(SEEDS)
  expect({ failures, overgrown }).toEqual({ failures: [], overgrown: [] })
  expect(Math.min(totals.resumed, totals.anew), 'both ways of coming back were gone').toBeGreaterThan(0)
}, 240_000)

it('the same seed makes the same schedule', () => {
  expect(makeSchedule(17)).toEqual(makeSchedule(17))
  expect(makeSchedule(17)).not.toEqual(makeSchedule(18))
})

function kindsOf(steps: readonly Step[]): string[] {
  const name = (step: Step) =>
    step.kind === 'intruder' ? step.manner : step.kind === 'network' ? step.fault.name : step.kind
  return [...new Set(steps.map(name))].sort()
}
