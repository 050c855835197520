import { join } from 'node:path'
import { waitFor } from '@syncwatch/testkit'
import pg from 'pg'
import { expect, test } from 'vitest'
import { readPostmasterFile } from '../src/postmaster-file.ts'
import { isAlive } from '../src/process-facts.ts'
import { ready } from './holder.ts'
import { openWorkshop, wordsIn } from './workshop.ts'

const workshop = openWorkshop()

test.each([
  ['SIGINT', 'group', 'Ctrl-C in a terminal'],
  ['SIGTERM', 'group', 'a service manager that ends the group'],
  ['SIGTERM', 'alone', 'kill'],
] as const)('%s to the %s (%s): what the handler wrote last is there after a restart', async (signal, whom, _) => {
  const folder = await workshop.prepared()
  const holder = workshop.holder(folder, 'last word')
  const { pid } = await ready(holder)
  await holder.end(signal, whom)
  expect(holder.process.exitCode).toBe(0)
  expect(await isAlive(pid)).toBe(false)
  const again = await workshop.start(folder)
  expect(again.adopted).toBe(false)
  expect(await wordsIn(again.url)).toEqual(['last word'])
})

test('after kill -9 of the process the next start adopts the server it left, and stops it like its own', async () => {
  const folder = await workshop.prepared()
  const first = workshop.holder(folder)
  const left = await ready(first)
  await first.end('SIGKILL')
  expect(await isAlive(left.pid)).toBe(true)

  const second = workshop.holder(folder, 'after kill')
  expect(await ready(second)).toEqual({ ...left, adopted: true })
  await second.end('SIGTERM')
  expect(await isAlive(left.pid)).toBe(false)

  const third = await workshop.start(folder)
  expect([third.adopted, await wordsIn(third.url)]).toEqual([false, ['after kill']])
})

test('after kill -9 of the process and of Postgres the next start recovers what was committed', async () => {
  const folder = await workshop.prepared()
  const holder = workshop.holder(folder)
  const { pid, url } = await ready(holder)
  const writer = await workshop.start(await workshop.prepared()) // Another server beside it must not disturb.
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  await client.query("INSERT INTO words VALUES ('committed')")
  await client.query('BEGIN')
  await client.query("INSERT INTO words VALUES ('open')")
  process.kill(pid, 'SIGKILL')
  await holder.end('SIGKILL')
  await client.end().catch(() => {})

  const again = await workshop.start(folder)
  expect([again.adopted, await wordsIn(again.url)]).toEqual([false, ['committed']])
  expect(await isAlive(writer.pid)).toBe(true)
})

test('a Postgres that dies is reported, and restart brings it back at the same address', async () => {
  const folder = await workshop.prepared()
  let report: (pid: number) => void = () => {}
  const died = new Promise<number>((resolve) => {
    report = resolve
  })
  const server = await workshop.start(folder, { onExit: ({ pid }) => report(pid) })
  const { url, pid } = server
  process.kill(pid, 'SIGKILL')
  expect(await died).toBe(pid)
  await server.restart()
  expect([server.url, server.pid === pid]).toEqual([url, false])
  await server.stop()
  await server.stop()
  await expect(server.restart()).rejects.toMatchObject({ code: 'shutting_down' })
})

test('an adopted Postgres that dies is reported too, a stop is not', async () => {
  const folder = await workshop.prepared()
  const holder = workshop.holder(folder)
  await ready(holder)
  await holder.end('SIGKILL')
  const reports: number[] = []
  let heard: () => void = () => {}
  const died = new Promise<void>((resolve) => {
    heard = resolve
  })
  const server = await workshop.start(folder, {
    onExit: ({ pid }) => {
      reports.push(pid)
      heard()
    },
  })
  const { pid } = server
  process.kill(pid, 'SIGKILL')
  await died
  await server.restart()
  await server.stop()
  expect(reports).toEqual([pid])
})

test('a Postgres that hangs is named when the wait is over, and adopted once it answers', async () => {
  const folder = await workshop.prepared()
  const holder = workshop.holder(folder)
  const { pid } = await ready(holder)
  await holder.end('SIGKILL')
  process.kill(pid, 'SIGSTOP')
  try {
    await expect(workshop.start(folder, { startTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'postgres_unavailable',
      message: expect.stringContaining(`process ${pid}`),
    })
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  const server = await workshop.start(folder)
  expect([server.adopted, server.pid]).toEqual([true, pid])
})

test('a start that is given up leaves nothing running and nothing locked', async () => {
  const folder = await workshop.prepared()
  const controller = new AbortController()
  const starting = workshop.start(folder, { signal: controller.signal })
  await waitFor(() => readPostmasterFile(join(folder, 'cluster')), { what: 'Postgres to begin' })
  controller.abort(new Error('enough'))
  await starting.then(
    (server) => server.stop(), // It may have been quicker.
    (reason: unknown) => expect(reason).toMatchObject({ message: 'enough' }),
  )
  expect(await readPostmasterFile(join(folder, 'cluster'))).toBeUndefined()
  expect((await workshop.start(folder)).adopted).toBe(false)
})
