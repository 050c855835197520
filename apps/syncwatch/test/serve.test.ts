import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createSyncClient } from '@syncwatch/client'
import type { OperationRow } from '@syncwatch/core'
import { createTestDatabase, TcpProxy, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import type { Accept } from './accepting.ts'
import { type CliProcess, run, serveArgs, start, temporaryFolder } from './server-process.ts'

async function testDatabaseUrl(): Promise<string> {
  const database = await createTestDatabase({ migrate: 'none' })
  onTestFinished(() => database.drop())
  return database.url
}

type Run = { id: string; status: string; processed_items: number }

const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

test('it starts with its own Postgres, is ready, stops in order on SIGTERM, and has kept everything at the next start', async () => {
  const data = await temporaryFolder('data')
  const first = start(serveArgs(data))
  const { url } = await first.ready()
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  const created = await post(`${url}/api/v1/operations`, { operation_type: 'upload', total_items: 4 })
  const { id } = (await created.json()) as { id: string }
  await post(`${url}/api/v1/operations/${id}/progress`, { processed_items: 3 })
  expect(await first.stop()).toMatchObject({ code: 0, stderr: '' })
  await expect(readFile(join(data, 'server.json'))).rejects.toThrow('ENOENT')

  const again = await start(serveArgs(data)).ready()
  const row = await (await fetch(`${again.url}/api/v1/operations/${id}`)).json()
  expect(row).toMatchObject({ id, processed_items: 3 })
}, 60_000)

test('after kill -9 it starts again on the same data with what was committed', async () => {
  const data = await temporaryFolder('data')
  const first = start(serveArgs(data))
  const { url } = await first.ready()
  const { id } = (await (await post(`${url}/api/v1/operations`, { operation_type: 'upload' })).json()) as { id: string }
  first.signal('SIGKILL')
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' })
  const again = await start(serveArgs(data)).ready()
  expect((await fetch(`${again.url}/api/v1/operations/${id}`)).status).toBe(200)
}, 60_000)

test('kill -9 in the middle of a run: the next start goes on by itself, and library and folder are the same', async () => {
  const folder = await temporaryFolder('photos')
  const names = Array.from({ length: 2000 }, (_, number) => `${number}.txt`)
  await Promise.all(names.map((name) => writeFile(join(folder, name), name.repeat(50))))
  const data = await temporaryFolder('data')
  const first = start(serveArgs(data, '--folder', folder))
  const { url } = await first.ready()
  const runsAt = async (at: string) => {
    const { items } = (await (await fetch(`${at}/api/v1/operations`)).json()) as { items: Run[] }
    return items
  }
  const begun = await inTheMiddle(url)
  first.signal('SIGKILL')
  await first.ended

  const again = await start(serveArgs(data, '--folder', folder)).ready()
  const ended = async () => {
    const runs = await runsAt(again.url)
    return runs.every((run) => run.status === 'completed') && runs
  }
  const runs = await waitFor(ended, { what: 'every run to end', timeoutMs: 45_000, intervalMs: 200 })
  const taken = runs.find((run) => run.id === begun.id)
  expect(taken).toMatchObject({ status: 'completed', processed_items: names.length })
  const keys: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Response = await fetch(`${again.url}/api/v1/assets?limit=500&cursor=${encodeURIComponent(cursor)}`)
    const { items, next_cursor } = (await page.json()) as { items: { key: string }[]; next_cursor: string | null }
    keys.push(...items.map((item) => item.key))
    cursor = next_cursor
  }
  expect(keys.sort()).toEqual([...names].sort())
}, 120_000)

/** Resolves as soon as a run was partly done. Who follows has the row written often: unwatched it is once a second. */
async function inTheMiddle(url: string): Promise<OperationRow> {
  const client = createSyncClient({ url })
  onTestFinished(() => client.stop())
  client.start()
  return new Promise((resolve) => {
    client.subscribe(() => {
      const run = Object.values(client.getState().operations).find(
        ({ status, processed_items }) => status === 'in_progress' && processed_items > 0,
      )
      if (run !== undefined) resolve(run)
    })
  })
}

test('a second start on one data folder says so in one sentence and leaves the first alone', async () => {
  const data = await temporaryFolder('data')
  const { url, pid } = await start(serveArgs(data)).ready()
  const second = await run(serveArgs(data).filter((arg) => arg !== '--json'))
  expect(second.code).toBe(1)
  expect(second.stderr).toMatch(new RegExp(`^Process ${pid} already runs on the data folder .*\\.\\n$`))
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  expect(JSON.parse(await readFile(join(data, 'server.json'), 'utf8'))).toMatchObject({ url, pid })
}, 60_000)

test.each([
  ['Ctrl-C, which reaches the whole group', (server: CliProcess) => server.signalGroup('SIGINT')],
  ['SIGTERM to the whole group', (server: CliProcess) => server.signalGroup('SIGTERM')],
  ['the end of the process that started it', (server: CliProcess) => server.child.disconnect()],
])(
  '%s stops it in order, and the last value is there at the next start',
  async (_, end) => {
    const data = await temporaryFolder('data')
    const first = start(serveArgs(data), { NODE_OPTIONS: `--import=${new URL('accepting.ts', import.meta.url)}` })
    const { url } = await first.ready()
    const { id } = (await (await post(`${url}/api/v1/operations`, { operation_type: 'upload' })).json()) as {
      id: string
    }
    const accepted = once(first.child, 'message')
    first.child.send({ id, progress: 77 } satisfies Accept)
    await accepted
    end(first)
    expect(await first.ended).toMatchObject({ code: 0, stderr: '' })
    const again = await start(serveArgs(data)).ready()
    expect(await (await fetch(`${again.url}/api/v1/operations/${id}`)).json()).toMatchObject({ progress: 77 })
  },
  60_000,
)

test('the embedded Postgres killed: it comes back by itself', async () => {
  const data = await temporaryFolder('data')
  const { url } = await start(serveArgs(data)).ready()
  const files = await readdir(join(data, 'postgres'), { recursive: true })
  const pidFile = join('postgres', files.find((name) => name.endsWith('postmaster.pid')) as string)
  const pid = Number((await readFile(join(data, pidFile), 'utf8')).split('\n')[0])
  process.kill(pid, 'SIGKILL')
  await waitFor(async () => (await fetch(`${url}/readyz`)).status === 503, { what: 'not ready', intervalMs: 1 })
  await waitFor(async () => (await fetch(`${url}/readyz`)).status === 200, { what: 'ready', timeoutMs: 30_000 })
  expect((await post(`${url}/api/v1/operations`, { operation_type: 'upload' })).status).toBe(201)
}, 60_000)

test('a restart while the one before is still stopping waits for it', async () => {
  const data = await temporaryFolder('data')
  const first = start(serveArgs(data))
  const { port } = new URL((await first.ready()).url)
  first.signal('SIGTERM')
  const second = start([...serveArgs(data), '--port', port])
  const { url } = await second.ready()
  expect(new URL(url).port).toBe(port)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  expect((await first.ended).code).toBe(0)
}, 60_000)

test('a taken port is said in one sentence, before anything was made', async () => {
  const url = await testDatabaseUrl()
  const first = await start(serveArgs(await temporaryFolder('data'), '--database-url', url)).ready()
  const port = new URL(first.url).port
  const data = join(await temporaryFolder('data'), 'untouched')
  const second = await run(['--no-open', '--port', port, '--data', data])
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect(second.stderr).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken: .*\\.\\n$`))
  await expect(stat(data)).rejects.toThrow('ENOENT')
})

test('Postgres gone for a while: it stays up, is not ready, and recovers by itself', async () => {
  const direct = await testDatabaseUrl()
  const proxy = await TcpProxy.start({ port: Number(new URL(direct).port) })
  onTestFinished(async () => proxy[Symbol.asyncDispose]())
  const server = start(serveArgs(await temporaryFolder('data'), '--database-url', proxy.rewrite(direct)))
  const { url } = await server.ready()
  await proxy.refuse()
  await waitFor(async () => (await fetch(`${url}/readyz`)).status === 503, { what: 'not ready' })
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const refused = await post(`${url}/api/v1/operations`, { operation_type: 'upload' })
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'database_unavailable'])
  await proxy.restore()
  await waitFor(async () => (await fetch(`${url}/readyz`)).status === 200, { what: 'ready', timeoutMs: 20_000 })
  expect((await post(`${url}/api/v1/operations`, { operation_type: 'upload' })).status).toBe(201)
  expect((await server.stop()).code).toBe(0)
}, 60_000)

test('a port that somebody else holds is said at once', async () => {
  const stranger = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void stranger.close())
  await once(stranger, 'listening')
  const { port } = stranger.address() as AddressInfo
  const failed = await run(['--no-open', '--port', String(port), '--data', await temporaryFolder('data')])
  expect([failed.code, failed.stderr]).toEqual([
    1,
    expect.stringMatching(/^Port \d+ on 127\.0\.0\.1 is taken: .*\.\n$/),
  ])
})

test('a database that is not there is said in one sentence', async () => {
  const data = await temporaryFolder('data')
  const failed = await run(serveArgs(data), { DATABASE_URL: 'postgres://u:geheim@127.0.0.1:1/d' })
  expect(failed.code).toBe(1)
  expect(JSON.parse(failed.stderr)).toMatchObject({ code: 'database_unavailable' })
  expect(failed.stderr).not.toContain('geheim')
})

test('a folder that is not there is refused as usage', async () => {
  const url = await testDatabaseUrl()
  const failed = await run(['--no-open', '--port', '0', '--data', await temporaryFolder('data'), '--folder', 'none'], {
    DATABASE_URL: url,
  })
  expect([failed.code, failed.stderr]).toEqual([2, '--folder: The folder /none does not exist.\n'])
})

test('SIGINT ends it in order, and a banner says where it is', async () => {
  const url = await testDatabaseUrl()
  const data = await temporaryFolder('data')
  const server = start(['--no-open', '--port', '0', '--data', data], { DATABASE_URL: url })
  await waitFor(() => server.stdout.includes('Data'), { what: 'the banner', timeoutMs: 30_000 })
  expect(server.stdout).toMatch(/^Syncwatch {2}http:\/\/127\.0\.0\.1:\d+\nData {7}\/.*\nDatabase {3}DATABASE_URL\n$/)
  server.signal('SIGINT')
  expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
})
