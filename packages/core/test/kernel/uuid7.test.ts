import { expect, test } from 'vitest'
import { isUuid, systemRandom } from '../../src/index.ts'
import { uuid7Source } from '../../src/kernel/uuid7.ts'

const fill = (bytes: Uint8Array) => {
  for (const index of bytes.keys()) bytes[index] = Math.random() * 256
}

test('an id is a uuid of version 7 with the time in front', () => {
  const id = uuid7Source(() => 0x0123_4567_89ab, fill)()
  expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(isUuid(id)).toBe(true)
})

test.each([
  ['stands still', () => 1_900_000_000_000],
  ['goes back', falling()],
  ['goes on', rising()],
])('ids rise and none comes twice where the clock %s', (_, now) => {
  const next = uuid7Source(now, fill)
  const ids = Array.from({ length: 50_000 }, next)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual([...ids].sort())
})

test('two sources of one machine share their order', () => {
  const [one, other] = [systemRandom(), systemRandom()]
  const ids = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : other).uuid())
  expect(ids).toEqual([...ids].sort())
})

function falling(): () => number {
  let time = 1_900_000_000_000
  return () => time--
}

function rising(): () => number {
  let time = 1_900_000_000_000
  return () => {
    time += 0.3
    return Math.floor(time)
  }
}
