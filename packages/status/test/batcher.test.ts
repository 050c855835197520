import { expect, test } from 'vitest'
import { Batcher } from '../src/write/batcher.ts'

test('each batch waits for its window, and takes all that came meanwhile', async () => {
  const batches: number[][] = []
  const opens: (() => void)[] = []
  const window = () => new Promise<void>((resolve) => opens.push(resolve))
  const batcher = new Batcher<number, number>(
    async (inputs) => {
      batches.push([...inputs])
      return inputs.map((input) => input * 2)
    },
    { wait: window },
  )
  const first = [1, 2].map((input) => batcher.add(input))
  opens.shift()?.()
  expect(await Promise.all(first)).toEqual([2, 4])
  const second = [3, 4, 5].map((input) => batcher.add(input))
  await Promise.resolve()
  expect(batches).toEqual([[1, 2]])
  opens.shift()?.()
  expect(await Promise.all(second)).toEqual([6, 8, 10])
  expect(batches).toEqual([
    [1, 2],
    [3, 4, 5],
  ])
})

test('what comes while a batch is under way waits for the next window too', async () => {
  let windows = 0
  let finish: () => void = () => {}
  const batches: number[][] = []
  const batcher = new Batcher<number, number>(
    async (inputs) => {
      batches.push([...inputs])
      if (batches.length === 1)
        await new Promise<void>((resolve) => {
          finish = resolve
        })
      return inputs
    },
    {
      wait: async () => {
        windows += 1
      },
    },
  )
  const first = batcher.add(1)
  await Promise.resolve()
  const others = [2, 3].map((input) => batcher.add(input))
  await Promise.resolve()
  finish()
  await Promise.all([first, ...others])
  expect(batches).toEqual([[1], [2, 3]])
  expect(windows).toBe(2)
})
