import { chmod, cp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { thisHost } from '@syncwatch/embedded-postgres'
import { waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { isAlive } from '../src/process-facts.ts'
import { ready } from './holder.ts'
import { ask, openWorkshop, wordsIn } from './workshop.ts'

const workshop = openWorkshop()
const isRoot = process.getuid?.() === 0

test('without LANG it is UTF-8 with the C locale, and listens on loopback with a password only', async () => {
  const folder = await workshop.folder()
  const { url } = await ready(workshop.holder(folder, 'word', { PATH: process.env.PATH }))
  const [facts] = await ask(
    url,
    `SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone,
       current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
       current_setting('client_connection_check_interval') AS check, datcollate AS collate, '→ 🗂'::text AS text
     FROM pg_database WHERE datname = current_database()`,
  )
  expect(facts).toEqual({
    encoding: 'UTF8',
    zone: 'UTC',
    addresses: '127.0.0.1',
    sockets: '',
    check: '5s',
    collate: 'C',
    text: '→ 🗂',
  })
  const wrong = new URL(url)
  wrong.password = 'wrong'
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
})

test.runIf(process.platform !== 'win32')('under any umask only the owner can read password and data', async () => {
  const folder = join(await workshop.folder(), 'data')
  await ready(workshop.holder(folder, 'word', { ...process.env, HOLDER_UMASK: '000' }))
  const mode = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8)
  expect(await mode('password')).toBe('600')
  expect(await mode('postgres.log')).toBe('600')
  expect(await mode('cluster')).toBe('700')
  expect(await mode('.')).toBe('700')
  expect(await readFile(join(folder, 'password'), 'utf8')).toMatch(/^[\w-]{32}\n$/)
})

test.runIf(isRoot)(
  'root runs it below a folder that is closed to others, or is told in one sentence why not',
  async () => {
    const parent = await workshop.folder()
    await chmod(parent, 0o700)
    const host = thisHost()
    const server = await workshop.start(join(parent, 'deep', 'data'), { host })
    expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])

    const withoutNamespaces = { ...host, unshare: '/nowhere/unshare' }
    await expect(workshop.start(join(parent, 'other'), { host: withoutNamespaces })).rejects.toMatchObject({
      code: 'postgres_unavailable',
      message: expect.stringMatching(/^Postgres does not run as root[^.]*other[^.]* DATABASE_URL [^.]*\.$/),
    })
  },
)

test.runIf(isRoot)('root without user namespaces uses another user where that one can reach everything', async () => {
  const parent = await workshop.folder()
  await chmod(parent, 0o755)
  const folder = join(parent, 'data')
  const server = await workshop.start(folder, { host: { ...thisHost(), unshare: '/nowhere/unshare' } })
  expect((await stat(join(folder, 'cluster'))).uid).not.toBe(0)
  await server.stop()
  const again = await workshop.start(folder) // The cluster keeps its owner also when namespaces are there.
  expect(await ask(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test.each([
  ['names a process that is gone', '999999999\n/nowhere\n0\n1\n\n127.0.0.1\n'],
  ['names a process that is another program now', `${process.pid}\n/nowhere\n0\n1\n\n127.0.0.1\n`],
  ['is empty', ''],
])('starts although a postmaster.pid was left behind that %s', async (_, content) => {
  const folder = await workshop.prepared()
  await writeFile(join(folder, 'cluster', 'postmaster.pid'), content)
  const again = await workshop.start(folder)
  expect(again.adopted).toBe(false)
  expect(await isAlive(process.pid)).toBe(true)
})

test('a folder that was moved keeps its data, also when Postgres still ran in it', async () => {
  const parent = await workshop.folder()
  const old = await workshop.prepared()
  const [next, last] = [join(parent, 'next'), join(parent, 'last')]
  const first = workshop.holder(old, 'first')
  await ready(first)
  await first.end('SIGTERM')
  await rename(old, next)

  const second = workshop.holder(next)
  const left = await ready(second)
  await second.end('SIGKILL')
  await rename(next, last)
  const server = await workshop.start(last)
  expect([server.adopted, await isAlive(left.pid), await wordsIn(server.url)]).toEqual([false, false, ['first']])
})

test('a copy of a folder whose Postgres runs gets a Postgres of its own', async () => {
  const parent = await workshop.folder()
  const folder = await workshop.prepared()
  const original = await workshop.start(folder)
  await ask(original.url, 'CHECKPOINT')
  await cp(folder, join(parent, 'copy'), { recursive: true })
  const copy = await workshop.start(join(parent, 'copy'))
  expect([copy.adopted, copy.pid === original.pid, await isAlive(original.pid)]).toEqual([false, false, true])
  await copy.stop()
  expect(await ask(original.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('kill -9 while the cluster is made: the next start makes a whole one and clears the remains', async () => {
  const folder = await workshop.folder()
  const holder = workshop.holder(folder)
  const drafts = async () => (await readdir(folder)).filter((name) => name.startsWith('cluster.new-'))
  await waitFor(async () => (await drafts()).length > 0, { what: 'initdb to begin' })
  await holder.end('SIGKILL')
  expect(await readdir(folder)).not.toContain('cluster')
  const server = await workshop.start(folder)
  expect([server.created, await drafts()]).toEqual([true, []])
})

test.each([
  ['of another major version', async (cluster: string) => writeFile(join(cluster, 'PG_VERSION'), '9\n'), /Postgres 9/],
  ['without its password', async (cluster: string) => rm(join(cluster, '..', 'password')), /password that belongs to/],
  [
    'with a foreign password',
    async (cluster: string) => writeFile(join(cluster, '..', 'password'), 'foreign\n'),
    /is not that of/,
  ],
  ['that is something else', async (cluster: string) => rm(join(cluster, 'PG_VERSION')), /not a Postgres data folder/],
])('a cluster %s is refused in one sentence', async (_, spoil, sentence) => {
  const folder = await workshop.prepared()
  await spoil(join(folder, 'cluster'))
  await expect(workshop.start(folder)).rejects.toMatchObject({
    code: 'postgres_unavailable',
    message: expect.stringMatching(sentence),
  })
})

test('a data folder that is a file is refused in one sentence', async () => {
  const folder = join(await workshop.folder(), 'file')
  await writeFile(folder, '')
  await expect(workshop.start(folder)).rejects.toMatchObject({ code: 'postgres_unavailable' })
  await expect(workshop.start(join(folder, 'below'))).rejects.toMatchObject({ code: 'postgres_unavailable' })
})
