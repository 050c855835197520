import { createTestDatabase, FakeClock } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { longestPauseMs, StoreCatalog } from '../src/index.ts'
import { ScheduledSyncs } from '../src/jobs/index.ts'
import { nextRun } from '../src/stores/store-schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test.each([
  ['*/15 * * * *', '2026-03-01T10:07:00Z', '2026-03-01T10:15:00Z'],
  ['*/15 * * * *', '2026-03-01T10:15:00Z', '2026-03-01T10:30:00Z'],
  ['0 3 * * *', '2026-03-01T03:00:01Z', '2026-03-02T03:00:00Z'],
  ['0 3 * * 1-5', '2026-03-06T12:00:00Z', '2026-03-09T03:00:00Z'],
  ['  30   2 1 * *  ', '2026-01-31T00:00:00Z', '2026-02-01T02:30:00Z'],
])('%j is due after %s at %s, in UTC', (schedule, after, due) => {
  expect(nextRun(schedule, new Date(after)).toISOString()).toBe(new Date(due).toISOString())
})

test.each(['', 'x', '* * * *', '* * * * * *', '60 * * * *', '@daily', '* * 31 2 *x'])(
  '%j is no schedule',
  (schedule) => {
    expect(() => nextRun(schedule, new Date())).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  },
)

test.each([
  ['*/15 * * * *', 15 * MINUTE],
  ['0 3 * * *', 24 * HOUR],
  ['0 3 * * 1-5', 72 * HOUR],
])('the longest pause of %j is %i ms', (schedule, pause) => {
  expect(longestPauseMs(schedule, new Date('2026-03-04T12:00:00Z'))).toBe(pause)
})

async function setUp() {
  const database = await createTestDatabase({ migrate: 'all' })
  onTestFinished(() => database.drop())
  const clock = new FakeClock()
  const catalog = new StoreCatalog(database.pool)
  const begun: string[] = []
  const node = (name: string) =>
    new ScheduledSyncs({
      pool: database.pool,
      clock,
      enqueueSync: async (id, { source }) => {
        begun.push(`${name} ${id} ${source}`)
        return id as never
      },
    })
  const store = await catalog.create({ name: 's', kind: 'folder', location: '/s' })
  const schedule = (cron: string | null) => catalog.edit(store.id, { schedule: cron }, new Date(clock.now()))
  return { database, clock, catalog, store, begun, node, schedule }
}

test('a run is begun when it is due, once for all nodes, and the next one is due later', async () => {
  const { clock, catalog, store, begun, node, schedule } = await setUp()
  const nodes = [node('a'), node('b')]
  const run = async () => {
    const counts = await Promise.all(nodes.map((one) => one.runDue()))
    return counts.reduce((sum, count) => sum + count, 0)
  }
  expect(await run()).toBe(0)
  const { next_run_at } = await schedule('*/10 * * * *')
  expect(await run()).toBe(0)
  await clock.advance(Date.parse(next_run_at ?? '') - clock.now())
  expect(await run()).toBe(1)
  expect(begun).toEqual([expect.stringMatching(new RegExp(`^[ab] ${store.id} scheduled$`))])
  expect(await run()).toBe(0)
  expect(Date.parse((await catalog.get(store.id)).next_run_at ?? '')).toBe(Date.parse(next_run_at ?? '') + 10 * MINUTE)
})

test('what was missed while nobody ran is made up by one run', async () => {
  const { clock, catalog, store, node, schedule } = await setUp()
  await schedule('*/10 * * * *')
  await clock.advance(5 * HOUR)
  expect(await node('a').runDue()).toBe(1)
  expect(await node('a').runDue()).toBe(0)
  expect(Date.parse((await catalog.get(store.id)).next_run_at ?? '')).toBeGreaterThan(clock.now())
})

test('a store whose schedule was taken away is left alone', async () => {
  const { clock, node, schedule } = await setUp()
  await schedule('*/10 * * * *')
  await clock.advance(HOUR)
  expect(await schedule(null)).toMatchObject({ schedule: null, next_run_at: null })
  expect(await node('a').runDue()).toBe(0)
})

test('a paused store is not due, stays paused through a run by hand, and makes up one run when it goes on', async () => {
  const { clock, catalog, store, begun, node, schedule } = await setUp()
  const edit = (paused: boolean) => catalog.edit(store.id, { paused }, new Date(clock.now()))
  await schedule('*/10 * * * *')
  expect((await edit(true)).state).toBe('paused')
  await clock.advance(HOUR)
  expect(await node('a').runDue()).toBe(0)
  await catalog.begin(store.id, store.id as never)
  expect((await catalog.get(store.id)).state).toBe('syncing')
  await catalog.interrupt(store.id, null)
  expect((await catalog.get(store.id)).state).toBe('paused')
  expect((await edit(false)).state).toBe('idle')
  expect(await node('a').runDue()).toBe(1)
  expect(begun).toHaveLength(1)
})
