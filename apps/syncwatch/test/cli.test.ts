import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTestDatabase, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type Finished, run, start, temporaryFolder } from './server-process.ts'
import { ask, serverUnderTest } from './server-under-test.ts'

const json = { 'content-type': 'application/json' }

async function photos(): Promise<string> {
  const folder = join(await temporaryFolder('photos'), 'Holiday')
  await mkdir(folder)
  await writeFile(join(folder, 'a.txt'), 'one')
  await writeFile(join(folder, 'b.txt'), 'two')
  return folder
}

test.each([
  [['bogus'], 2, /^There is no command "bogus"; /],
  [['--nope'], 2, /unknown option '--nope'/],
  [['--port', 'abc'], 2, /^--port is "abc"; it must be a whole number from 0 to 65535\.\n$/],
  [['operations', 'show'], 2, /missing required argument 'id'/],
  [['--host', '0.0.0.0'], 2, /^Listening on 0\.0\.0\.0 lets others in, so a token is needed: set SYNCWATCH_TOKEN /],
  [['--host', '203.0.113.1', '--port', '0'], 2, /so a token is needed/],
  [['status', '--data', '/nowhere'], 1, /^No server runs on the data folder \/nowhere: start one with /],
  [['status', '--url', 'http://127.0.0.1:1'], 1, /^No server answers at http:\/\/127\.0\.0\.1:1: start one with /],
])('%j ends with %i and says why', async (args, code, sentence) => {
  const done = await run(args)
  expect([done.code, done.stdout]).toEqual([code, ''])
  expect(done.stderr).toMatch(sentence)
})

test('help and version are done with 0', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' })
  const help = await run(['--help'])
  expect(help.code).toBe(0)
  for (const command of ['serve', 'sync', 'status', 'operations', 'stores', 'doctor', 'migrate']) {
    expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
  }
})

test('--json makes a refusal a problem on standard error', async () => {
  const done = await run(['status', '--json', '--data', '/nowhere'])
  expect([done.code, done.stdout, JSON.parse(done.stderr).code]).toEqual([1, '', 'server_unreachable'])
})

test('stores are added, tested, synced and removed from the command line, and status says how things are', async () => {
  const { data } = await serverUnderTest()
  const folder = await photos()
  const cli = (...args: string[]): Promise<Finished> => run([...args, '--data', data])
  expect((await cli('stores', 'list')).stdout).toMatch(/^No stores yet/)
  expect(await cli('stores', 'add', folder)).toMatchObject({ code: 0, stdout: expect.stringContaining('as "Holiday"') })
  expect(await cli('stores', 'test', 'Holiday')).toMatchObject({ code: 0, stdout: `${folder} can be reached.\n` })
  const synced = await cli('sync', 'Holiday')
  expect(synced).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Completed in .*: 2\/2 items\.\n$/) })
  const listed = await cli('operations', 'list', '--json')
  // The latest comes first. A folder that was added is run through without being asked too, before or after the run by hand.
  const operation = JSON.parse(listed.stdout).items.at(-1)
  expect(operation).toMatchObject({ status: 'completed', operation_type: 'full_sync' })
  const shown = await cli('operations', 'show', operation.id)
  expect(shown.stdout).toContain('Timeline')
  expect(shown.stdout).toContain('\nSynced, with a remark\n  a.txt  Imported as text/plain, which has no thumbnail.\n')
  const status = await cli('status')
  expect(status.code).toBe(0)
  expect(status.stdout).toMatch(/^STORE +KIND +STATE +ASSETS .*\nHoliday +folder +idle +2 /m)
  const unknown = await cli('sync', 'Nothing')
  expect(unknown).toMatchObject({ code: 1, stderr: 'There is no store "Nothing"; there are "Holiday".\n' })
  expect((await cli('stores', 'remove', 'Holiday')).code).toBe(0)
  expect((await cli('stores', 'list')).stdout).toMatch(/^No stores yet/)
}, 90_000)

test('a run that fails ends with 1 and says why', async () => {
  const folder = await photos()
  const { data } = await serverUnderTest({ folder })
  await waitFor(
    async () =>
      (await run(['operations', 'list', '--status', 'completed', '--data', data])).stdout.includes('full_sync'),
    {
      what: 'the first run',
      timeoutMs: 30_000,
      intervalMs: 200,
    },
  )
  await rm(folder, { recursive: true })
  const failed = await run(['sync', 'Holiday', '--data', data])
  expect([failed.code, failed.stdout]).toEqual([1, expect.stringMatching(/^Failed in .*\(.*\)\.\n$/)])
  const tested = await run(['stores', 'test', 'Holiday', '--data', data, '--json'])
  expect([tested.code, JSON.parse(tested.stdout).ok]).toEqual([1, false])
}, 90_000)

test('operations are cancelled and retried', async () => {
  const { data, url } = await serverUnderTest()
  const body = JSON.stringify({ operation_type: 'upload', total_items: 3 })
  const { id } = (await ask(`${url}/api/v1/operations`, { method: 'POST', headers: json, body })).body
  expect((await run(['operations', 'cancel', id, '--data', data])).stdout).toBe('Cancelled.\n')
  const again = await run(['operations', 'cancel', id, '--data', data])
  expect([again.code, again.stderr.split('\n').length]).toEqual([1, 2])
  const retried = await run(['operations', 'retry', id, '--data', data, '--json'])
  expect(JSON.parse(retried.stdout)).toMatchObject({ retry_of: id, triggered_by: 'cli', source: 'manual' })
}, 60_000)

test('status --watch follows live and ends in order', async () => {
  const { data, url } = await serverUnderTest()
  const watching = start(['status', '--watch', '--json', '--data', data])
  const lines = () =>
    watching.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  await waitFor(() => lines().at(-1)?.connection === 'connected', { what: 'the connection', timeoutMs: 20_000 })
  const body = JSON.stringify({ operation_type: 'upload', total_items: 4 })
  const { id } = (await ask(`${url}/api/v1/operations`, { method: 'POST', headers: json, body })).body
  const progress = JSON.stringify({ progress: 25 })
  await ask(`${url}/api/v1/operations/${id}/progress`, { method: 'POST', headers: json, body: progress })
  await waitFor(() => lines().at(-1)?.active_operations[0]?.progress === 25, { what: 'the progress' })
  watching.signal('SIGINT')
  expect(await watching.ended).toMatchObject({ code: 0, stderr: '' })
}, 60_000)

test('a server with a token is reached with SYNCWATCH_TOKEN', async () => {
  const token = 'a-token-of-twenty-characters'
  const { data } = await serverUnderTest({ environment: { SYNCWATCH_TOKEN: token } })
  expect(await run(['status', '--data', data])).toMatchObject({
    code: 1,
    stderr: 'The server wants a token: set SYNCWATCH_TOKEN.\n',
  })
  expect((await run(['status', '--data', data], { SYNCWATCH_TOKEN: token })).code).toBe(0)
}, 60_000)

test('migrate brings an empty database up, and says when nothing is to do', async () => {
  const database = await createTestDatabase({ migrate: 'none' })
  onTestFinished(() => database.drop())
  const environment = { DATABASE_URL: database.url }
  const first = await run(['migrate', '--json'], environment)
  expect([first.code, JSON.parse(first.stdout).applied.length > 1]).toEqual([0, true])
  expect(await run(['migrate'], environment)).toMatchObject({
    code: 0,
    stdout: 'Nothing to do: the database is up to date.\n',
  })
}, 60_000)

test('doctor finds what is wrong and ends with 1', async () => {
  const data = await temporaryFolder('data')
  const environment = { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/d', SYNCWATCH_PORT: '0' }
  const done = await run(['doctor', '--data', data, '--json'], environment)
  expect(done.code).toBe(1)
  const { ok, checks } = JSON.parse(done.stdout) as { ok: boolean; checks: { name: string; state: string }[] }
  expect(ok).toBe(false)
  expect(checks.find((check) => check.name === 'Postgres')?.state).toBe('failed')
  expect(checks.find((check) => check.name === 'Node')?.state).toBe('ok')
})
