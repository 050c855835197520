import { chmod, lstat, mkdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findPostgresBinaries, type PostgresBinaries, thisHost } from '@syncwatch/embedded-postgres'
import { expect, test } from 'vitest'
import { restoreSymlinks } from '../src/binary-symlinks.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()

test.each([
  ['a platform nobody builds for', { platform: 'sunos', arch: 'sparc' }, /no embedded Postgres for sunos-sparc/],
  ['a platform whose package is not installed', { platform: 'win32', arch: 'x64' }, /windows-x64 is not installed/],
])('%s is refused in one sentence that names DATABASE_URL', async (_, machine, sentence) => {
  const folder = await workshop.folder()
  const error = await workshop.start(folder, { host: { ...thisHost(), ...machine } }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'postgres_unavailable', message: expect.stringMatching(sentence) })
  expect(error).toMatchObject({ message: expect.stringContaining('DATABASE_URL') })
})

test('links that npm left out are made', async () => {
  const folder = await workshop.folder()
  await mkdir(join(folder, 'native', 'lib'), { recursive: true })
  await writeFile(join(folder, 'native', 'lib', 'a.so.1.2'), '')
  const links = [
    { source: 'native/lib/a.so.1.2', target: 'native/lib/a.so.1' },
    { source: 'native/lib/a.so.1.2', target: '../outside' },
  ]
  await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  await restoreSymlinks(folder, 'package')
  await restoreSymlinks(folder, 'package')
  expect(await readlink(join(folder, 'native', 'lib', 'a.so.1'))).toBe('a.so.1.2')
  await expect(lstat(join(folder, '..', 'outside'))).rejects.toMatchObject({ code: 'ENOENT' })
})

/** The real programs, one of them replaced by a shell script. */
async function binariesWith(program: 'initdb' | 'postgres', script: string): Promise<PostgresBinaries> {
  const folder = await workshop.folder()
  await chmod(folder, 0o755)
  const path = join(folder, program)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return { ...(await findPostgresBinaries(thisHost())), [program]: path }
}

const NO_SPACE = 'echo \'FATAL:  could not write lock file "postmaster.pid": No space left on device\' >&2; exit 1'

test('a full disk is said in one sentence, while making the cluster and while starting', async () => {
  const initdb = await binariesWith('initdb', NO_SPACE)
  await expect(workshop.start(await workshop.folder(), { binaries: initdb })).rejects.toMatchObject({
    code: 'disk_full',
  })

  const folder = await workshop.prepared()
  const postgres = await binariesWith('postgres', `[ "$1" = --version ] && exit 0; ${NO_SPACE}`)
  await expect(workshop.start(folder, { binaries: postgres })).rejects.toMatchObject({ code: 'disk_full' })
  await workshop.start(folder) // It is not held by the failed start, and works again when there is room.
})

test('a port that was taken meanwhile is replaced by another', async () => {
  const real = await findPostgresBinaries(thisHost())
  const mark = join(await workshop.folder(), 'tried')
  const script = `[ "$1" = --version ] && exit 0
if [ ! -e ${mark} ]; then touch ${mark}; echo 'FATAL:  could not create any TCP/IP sockets' >&2; exit 1; fi
exec ${real.postgres} "$@"`
  await chmod(join(mark, '..'), 0o777)
  const server = await workshop.start(await workshop.prepared(), { binaries: await binariesWith('postgres', script) })
  expect((await lstat(mark)).isFile()).toBe(true)
  expect(server.adopted).toBe(false)
})

test('a setting that Postgres refuses is said with its own words', async () => {
  const folder = await workshop.prepared()
  await expect(workshop.start(folder, { settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
    code: 'postgres_unavailable',
    message: expect.stringContaining('shared_buffers'),
  })
})
