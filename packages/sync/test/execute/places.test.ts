import { expect, test } from 'vitest'
import { Places } from '../../src/execute/places.ts'

/** Work that ends when it is told to. */
function makeWork(log: string[]) {
  const ends = new Map<string, () => void>()
  const work = (name: string) => async () => {
    log.push(name)
    await new Promise<void>((end) => ends.set(name, end))
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    await settled()
  }
  return { work, end }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('small work begins together, large work waits until it has its places, and nobody overtakes it', async () => {
  const log: string[] = []
  const { work, end } = makeWork(log)
  const places = new Places(4)
  const all = [
    places.run(1, work('a')),
    places.run(1, work('b')),
    places.run(4, work('large')),
    places.run(1, work('c')),
  ]
  await settled()
  expect(log).toEqual(['a', 'b'])
  expect(places.running).toBe(2)
  await end('a')
  expect(log).toEqual(['a', 'b'])
  await end('b')
  expect(log).toEqual(['a', 'b', 'large'])
  await end('large')
  expect(log).toEqual(['a', 'b', 'large', 'c'])
  await end('c')
  await Promise.all(all)
  expect(places.running).toBe(0)
})

test('what wants more places than there are gets all of them; work that fails gives its places back', async () => {
  const log: string[] = []
  const { work, end } = makeWork(log)
  const places = new Places(2)
  await expect(places.run(1, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  const large = places.run(9, work('large'))
  await settled()
  expect(log).toEqual(['large'])
  await end('large')
  await large
})

test('whoever brings work is told when little of it waits', async () => {
  const log: string[] = []
  const { work, end } = makeWork(log)
  const places = new Places(1)
  const all = ['a', 'b', 'c'].map((name) => places.run(1, work(name)))
  await places.belowWaiting(3)
  let told = false
  const below = places.belowWaiting(2).then(() => {
    told = true
  })
  await settled()
  expect(told).toBe(false)
  await end('a')
  await below
  expect(log).toEqual(['a', 'b'])
  await end('b')
  await end('c')
  await Promise.all(all)
})
