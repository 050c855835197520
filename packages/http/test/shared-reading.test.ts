import { FakeClock } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { sharedReading } from '../src/shared-reading.ts'

const QUIET_MS = 50
const MOST_MS = 500

/** A reading that is answered by hand, on a clock that is turned by hand. */
function reading() {
  const clock = new FakeClock()
  const begun: { resolve: (value: string) => void; reject: (error: Error) => void }[] = []
  const ask = sharedReading(clock, () => new Promise<string>((resolve, reject) => begun.push({ resolve, reject })))
  return { ask, begun, clock, advance: (milliseconds: number) => clock.advance(milliseconds) }
}

test('those who ask within moments of each other share one reading, which begins after all of them asked', async () => {
  const { ask, begun, advance } = reading()
  const all = [ask()]
  for (let wave = 0; wave < 5; wave += 1) {
    await advance(QUIET_MS - 10)
    all.push(...Array.from({ length: 200 }, ask))
  }
  await advance(QUIET_MS - 1)
  expect(begun).toHaveLength(0)
  await advance(11)
  expect(begun).toHaveLength(1)
  begun[0]?.resolve('the status')
  expect(new Set(await Promise.all(all))).toEqual(new Set(['the status']))
})

test('nobody waits longer than 500 ms because others keep asking', async () => {
  const { ask, begun, advance } = reading()
  void ask()
  for (let time = 0; time < MOST_MS; time += 10) {
    expect(begun).toHaveLength(0)
    await advance(10)
    void ask()
  }
  expect(begun).toHaveLength(1)
})

test('who asked while the process was busy is not left out because the clock has moved on', async () => {
  const { ask, begun, clock } = reading()
  void ask()
  await clock.advance(10)
  // The timers of the time that passed come first, then what had piled up.
  clock.spend(1_000)
  await clock.advance(0)
  void ask()
  expect(begun).toHaveLength(0)
})

test('those who ask while a reading is under way share the next one, however long it takes', async () => {
  const { ask, begun, advance } = reading()
  const first = ask()
  await advance(QUIET_MS)
  const others = Array.from({ length: 1000 }, ask)
  await advance(10 * QUIET_MS)
  expect(begun, 'never two beside each other').toHaveLength(1)
  begun[0]?.resolve('before they asked')
  expect(await first).toBe('before they asked')
  await advance(0)
  expect(begun).toHaveLength(2)
  begun[1]?.resolve('after they asked')
  expect(new Set(await Promise.all(others))).toEqual(new Set(['after they asked']))
})

test('a reading that fails is told to those who share it, and holds nobody else up', async () => {
  const { ask, begun, advance } = reading()
  const failing = ask()
  await advance(QUIET_MS)
  const next = ask()
  begun[0]?.reject(new Error('the database is gone'))
  await expect(failing).rejects.toThrow('the database is gone')
  await advance(QUIET_MS)
  begun[1]?.resolve('it is back')
  expect(await next).toBe('it is back')
})
