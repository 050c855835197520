import { FakeClock } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { sharedReading } from '../src/shared-reading.ts'

const GATHER_MS = 50

/** A reading that is answered by hand, on a clock that is turned by hand. */
function reading() {
  const clock = new FakeClock()
  const begun: { resolve: (value: string) => void; reject: (error: Error) => void }[] = []
  const ask = sharedReading(
    clock,
    GATHER_MS,
    () => new Promise<string>((resolve, reject) => begun.push({ resolve, reject })),
  )
  return { ask, begun, advance: (milliseconds: number) => clock.advance(milliseconds) }
}

test('those who ask within the time share one reading, which begins after all of them asked', async () => {
  const { ask, begun, advance } = reading()
  const first = ask()
  await advance(GATHER_MS - 1)
  const others = Array.from({ length: 1000 }, ask)
  expect(begun).toHaveLength(0)
  await advance(1)
  expect(begun).toHaveLength(1)
  begun[0]?.resolve('the status')
  expect(new Set(await Promise.all([first, ...others]))).toEqual(new Set(['the status']))
})

test('those who ask while a reading is under way share the next one, however long it takes', async () => {
  const { ask, begun, advance } = reading()
  const first = ask()
  await advance(GATHER_MS)
  const others = Array.from({ length: 1000 }, ask)
  await advance(10 * GATHER_MS)
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
  await advance(GATHER_MS)
  const next = ask()
  begun[0]?.reject(new Error('the database is gone'))
  await expect(failing).rejects.toThrow('the database is gone')
  await advance(GATHER_MS)
  begun[1]?.resolve('it is back')
  expect(await next).toBe('it is back')
})
