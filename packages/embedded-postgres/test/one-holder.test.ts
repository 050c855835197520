import { expect, test } from 'vitest'
import { type Holder, ready } from './holder.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()

/** Starts both at once; exactly one may win, and the other must say why it did not. */
async function race(folder: string): Promise<{ winner: Holder; adopted: boolean }> {
  const holders = [workshop.holder(folder), workshop.holder(folder)]
  const news = await Promise.all(holders.map((holder) => holder.news))
  const lost = news.find((each) => 'code' in each)
  expect(lost).toMatchObject({ code: 'data_folder_in_use', message: expect.stringContaining(folder) })
  const winner = holders[news.findIndex((each) => 'url' in each)]
  if (!winner) throw new Error(`nobody won: ${JSON.stringify(news)}`)
  expect(lost).toMatchObject({ message: expect.stringContaining(String(winner.process.pid)) })
  return { winner, adopted: (await ready(winner)).adopted }
}

test('of two commands at once on one data folder exactly one runs: new, adopting, and stopped', async () => {
  const folder = await workshop.folder()
  const first = await race(folder)
  expect(first.adopted).toBe(false)
  await first.winner.end('SIGKILL')
  const second = await race(folder)
  expect(second.adopted).toBe(true)
  await second.winner.end('SIGTERM')
  const third = await race(folder)
  expect(third.adopted).toBe(false)
})

test('one process cannot hold a data folder twice; after stop it is free', async () => {
  const folder = await workshop.prepared()
  const server = await workshop.start(folder)
  await expect(workshop.start(folder)).rejects.toMatchObject({ code: 'data_folder_in_use' })
  await server.stop()
  const again = await workshop.start(folder)
  expect(again.created).toBe(false)
})
