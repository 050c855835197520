import { sleep } from '@syncwatch/core'
import { FakeClock } from '@syncwatch/testkit'
import { expect, test } from 'vitest'

test('timers run in order of time, then of their making, with promises settled between', async () => {
  const clock = new FakeClock(1000)
  const seen: string[] = []
  const note = (name: string) => () => seen.push(`${name}@${clock.now()}`)
  clock.setTimeout(note('late'), 30)
  clock.setTimeout(note('first'), 10)
  clock.setTimeout(note('second'), 10)
  void sleep(clock, 10).then(() => clock.setTimeout(note('nested'), 5))
  await clock.advance(20)
  expect(seen).toEqual(['first@1010', 'second@1010', 'nested@1015'])
  expect(clock.now()).toBe(1020)
  expect(clock.nextTimerIn).toBe(10)
})

test('a cancelled timer does not run, and a wall clock jump moves no timer', async () => {
  const clock = new FakeClock(0)
  let ran = 0
  clock.setTimeout(() => ran++, 5).cancel()
  clock.setTimeout(() => ran++, 50)
  clock.setWallClock(1_000_000)
  await clock.advance(49)
  expect([ran, clock.monotonic(), clock.now()]).toEqual([0, 49, 1_000_049])
  await clock.advance(1)
  expect([ran, clock.pendingTimers]).toEqual([1, 0])
})
