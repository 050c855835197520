import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeSchedule, type Schedule, type ScheduleKind, shrink, simulate } from '../src/simulator/index.ts'

const TIMEOUT_MS = 240_000

/** Tells the smallest story that fails, so that it can be pinned. */
async function assertHolds(schedule: Schedule, kind: ScheduleKind, what = ''): Promise<void> {
  const { failure } = await simulate(schedule)
  if (failure === null) return
  const small = await shrink(schedule)
  const { failure: why, trace } = await simulate(small)
  throw new Error(
    `npm run simulate -- --kind ${kind} --seed ${schedule.seed}${what}\n${why}\n${JSON.stringify(small)}\n${trace.join('\n')}`,
  )
}

/** What failed once, in its smallest form: each was seen to fail before the engine, or the simulator, was mended. */
const PINNED: readonly { why: string; schedule: Schedule }[] = JSON.parse(
  readFileSync(new URL('../src/simulator/pinned-schedules.json', import.meta.url), 'utf8'),
)

test.each(PINNED)('pinned: $why', async ({ schedule }) => {
  expect((await simulate(schedule)).failure).toBeNull()
})

test('a conflict in a circle of names, which is tried again until its name is free, leaves one copy', async () => {
  const circle = PINNED.find(({ why }) => why.startsWith('a copy was called by a name in between'))
  if (circle === undefined) throw new Error('There is no such story.')
  const { trace } = await simulate(circle.schedule)
  expect(trace.filter((line) => line.startsWith('create '))).toEqual(['create file-0.conflict-store-0-1.txt'])
})

test(
  'X6: 2,000 days with edits on both sides before and during runs, crashes, lost answers, take-overs and clock jumps',
  async () => {
    for (let seed = 1; seed <= 2_000; seed += 1) await assertHolds(makeSchedule(seed), 'everyday')
  },
  TIMEOUT_MS,
)

test(
  'G2, X6: 2,000 days with truncated, stale, empty and failing listings: no wrong delete',
  async () => {
    for (let seed = 1; seed <= 2_000; seed += 1) await assertHolds(makeSchedule(seed, 'hostile'), 'hostile')
  },
  TIMEOUT_MS,
)

test(
  'G9, X6: 2,000 days on which stores vanish, are exchanged or put back, disks fill up, people cancel, look and approve too late',
  async () => {
    for (let seed = 1; seed <= 2_000; seed += 1) await assertHolds(makeSchedule(seed, 'rough'), 'rough')
  },
  TIMEOUT_MS,
)

test(
  'R25, X6: 1,000 days on which names change in their letters only, and are exchanged, in stores that cannot tell these apart',
  async () => {
    for (let seed = 1; seed <= 1_000; seed += 1) await assertHolds(makeSchedule(seed, 'letters'), 'letters')
  },
  TIMEOUT_MS,
)

test(
  'X7: a crash at every step of 200 schedules is settled by the runs after it',
  async () => {
    let crashes = 0
    for (let seed = 1; seed <= 200; seed += 1) {
      const schedule = makeSchedule(seed, 'small')
      const { failure, steps } = await simulate(schedule)
      expect(failure).toBeNull()
      const [phase] = schedule.phases
      if (phase === undefined) continue
      for (let crashAt = 1; crashAt <= (steps[0] ?? 0); crashAt += 1) {
        const crashed = { ...schedule, phases: [{ ...phase, run: { ...phase.run, crashAt } }] }
        await assertHolds(crashed, 'small', ` (crash at step ${crashAt})`)
        crashes += 1
      }
    }
    expect(crashes).toBeGreaterThan(2_000)
  },
  TIMEOUT_MS,
)

test('the same seed tells the same story, and another seed another one', async () => {
  const tell = async (seed: number) => (await simulate(makeSchedule(seed, 'hostile'))).trace
  for (let seed = 1; seed <= 20; seed += 1) expect(await tell(seed)).toEqual(await tell(seed))
  expect(await tell(1)).not.toEqual(await tell(2))
})

test('a story that fails is made as small as it can be and still fail', async () => {
  const removes = ({ phases }: Schedule) =>
    phases.some(({ edits }) => edits.some((edit) => 'kind' in edit && edit.kind === 'remove'))
  const schedule = Array.from({ length: 50 }, (_, seed) => makeSchedule(seed)).find(removes)
  if (schedule === undefined) throw new Error('Nobody removes anything.')
  const { phases, files } = await shrink(schedule, async (smaller) => removes(smaller))
  expect(files).toBe(0)
  expect(phases.map(({ edits }) => edits.map((edit) => ('kind' in edit ? edit.kind : edit.event)))).toEqual([
    ['remove'],
  ])
  expect(phases[0]?.run).toMatchObject({ crashAt: null, during: [], latencyMs: 0, concurrency: 1, takeOverAt: null })
})
