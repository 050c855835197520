import { isUuid } from '@syncwatch/core'
import { expect, it } from 'vitest'
import { hostRandom } from '../src/environment/host-random.ts'

it('CL-87 names clients by uuids and draws from [0, 1)', () => {
  const random = hostRandom()
  const ids = Array.from({ length: 200 }, () => random.uuid())
  expect(ids.every(isUuid)).toBe(true)
  expect(new Set(ids).size).toBe(200)
  const highest = hostRandom({ crypto: { getRandomValues: (array) => array.fill(0xffff_ffff) } })
  expect(highest.next()).toBeLessThan(1)
  expect(highest.next()).toBeGreaterThan(0.999)
})
