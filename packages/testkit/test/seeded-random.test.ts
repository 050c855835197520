import { SeededRandom } from '@syncwatch/testkit'
import { expect, test } from 'vitest'

const drawn = (seed: number) => {
  const random = new SeededRandom(seed)
  return Array.from({ length: 2000 }, () => [random.next(), random.uuid()] as const)
}

test('the same seed repeats, another differs, numbers spread evenly over [0, 1)', () => {
  expect(drawn(7)).toEqual(drawn(7))
  expect(drawn(7)[0]).not.toEqual(drawn(8)[0])
  const numbers = drawn(3).map(([number]) => number)
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...numbers)).toBeLessThan(1)
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => numbers.filter((each) => Math.floor(each * 10) === tenth).length,
  )
  for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(60)
})

test('uuids are of version 7, unique, and sort in the order they were made', () => {
  const ids = drawn(1).map(([, id]) => id)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
})
