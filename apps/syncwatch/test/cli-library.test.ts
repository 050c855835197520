import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Finished, run, temporaryFolder } from './server-process.ts'
import { serverUnderTest } from './server-under-test.ts'

type Cli = (...args: string[]) => Promise<Finished>

async function withFolder(files: Record<string, string>): Promise<{ cli: Cli; folder: string; url: string }> {
  const folder = join(await temporaryFolder('photos'), 'Photos')
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) await place(join(folder, name), content)
  const { data, url } = await serverUnderTest()
  const cli: Cli = (...args) => run([...args, '--data', data])
  expect((await cli('stores', 'add', folder)).code).toBe(0)
  return { cli, folder, url }
}

/** From now on only what a test asks for is run. */
async function pause(cli: Cli): Promise<void> {
  expect((await cli('stores', 'pause', 'Photos')).code).toBe(0)
  expect((await cli('sync', 'Photos')).code).toBe(0)
}

async function place(path: string, content: string): Promise<void> {
  await writeFile(path, content)
  const time = new Date(Date.now() - 60_000 + Math.random() * 1_000)
  await utimes(path, time, time)
}

test('assets are put, shown, described, renamed, deleted and restored from the command line', async () => {
  const { cli, folder } = await withFolder({})
  expect((await cli('assets', 'list')).stdout).toBe('No assets.\n')
  const file = join(await temporaryFolder('files'), 'hat.txt')
  await writeFile(file, 'a hat')
  expect(await cli('assets', 'put', file, 'hats/red.txt')).toMatchObject({ code: 0, stdout: 'Made "hats/red.txt".\n' })
  await writeFile(file, 'a better hat')
  expect((await cli('assets', 'put', file, 'hats/red.txt')).stdout).toBe('Replaced the content of "hats/red.txt".\n')
  const edited = await cli(
    'assets',
    'edit',
    'hats/red.txt',
    '--alt-text',
    'a red hat',
    '--tags',
    'red, hat',
    '--custom',
    '{"n":1}',
  )
  expect([edited.code, edited.stdout]).toEqual([0, '"hats/red.txt" is at revision 3.\n'])
  expect((await cli('assets', 'rename', 'hats/red.txt', 'caps/red.txt')).stdout).toBe('It is "caps/red.txt" now.\n')
  expect((await cli('sync', 'Photos')).code).toBe(0)
  expect(await readFile(join(folder, 'caps/red.txt'), 'utf8')).toBe('a better hat')
  const shown = await cli('assets', 'show', 'caps/red.txt')
  expect(shown.stdout).toMatch(
    /^caps\/red\.txt\n[\s\S]*alt text +a red hat\n +tags +hat, red\n[\s\S]*Photos: in sync, verified/,
  )
  expect(shown.stdout).toMatch(/\nVersions\n {2}\S+ {2}5 B, replaced /)
  const listed = JSON.parse((await cli('assets', 'list', '--json')).stdout)
  expect(listed.items).toMatchObject([{ key: 'caps/red.txt', sync_state: 'in_sync' }])
  expect((await cli('assets', 'rm', 'caps/red.txt')).stdout).toMatch(/^"caps\/red\.txt" is in the trash; /)
  expect((await cli('assets', 'list', '--trash')).stdout).toMatch(/^KEY .*\ncaps\/red\.txt +12 B +.* local +deleted/)
  expect((await cli('assets', 'restore', 'caps/red.txt', '--as', 'red.txt')).stdout).toBe('"red.txt" is back.\n')
  expect(await cli('assets', 'show', 'caps/red.txt')).toMatchObject({
    code: 1,
    stderr: 'There is no asset "caps/red.txt".\n',
  })
}, 120_000)

test.each([
  [['assets', 'edit', 'x'], 2, /^Say what to change/],
  [['assets', 'edit', 'x', '--custom', '{'], 2, /^--custom is not JSON/],
  [['assets', 'put', '/does/not/exist', 'x'], 2, /cannot be read/],
  [['conflicts', 'resolve', 'x', '--keep', 'mine'], 2, /^--keep is library, store or both/],
  [['conflicts', 'resolve', '--keep', 'both'], 2, /^Name the conflicts/],
  [['stores', 'schedule', 'Photos'], 2, /^Give a schedule/],
  [['stores', 'edit', 'Photos'], 2, /^Say what to change/],
  [['stores', 'edit', 'Photos', '--prefix', 'a', '--all'], 2, /^Give either --prefix or --all/],
  [['stores', 'edit', 'Photos', '--prefix', '../a'], 1, /prefixes\[0\] .*leads out of the library/],
])(
  '%j ends with %i and says why',
  async (args, code, sentence) => {
    const { cli } = await withFolder({})
    const done = await cli(...args)
    expect([done.code, done.stdout]).toEqual([code, ''])
    expect(done.stderr).toMatch(sentence)
  },
  60_000,
)

test('several are deleted for the number that was named', async () => {
  const { cli } = await withFolder({ 'a.txt': 'a', 'b.txt': 'b' })
  await cli('sync', 'Photos')
  const unsure = await cli('assets', 'rm', 'a.txt', 'b.txt')
  expect([unsure.code, unsure.stderr]).toEqual([1, '2 assets would be deleted. Add "--count 2" to confirm that.\n'])
  expect((await cli('assets', 'rm', 'a.txt', 'b.txt', '--count', '2')).stdout).toMatch(/^2 assets are in the trash/)
}, 90_000)

test('what a gate holds back ends a sync with 3, is shown, dropped or approved', async () => {
  const files = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`${index}.txt`, `content ${index}`]))
  const { cli, folder } = await withFolder(files)
  await pause(cli)
  expect(await cli('plan', 'show', 'Photos')).toMatchObject({ code: 0, stdout: 'Nothing is held back.\n' })
  for (const name of Object.keys(files)) await rm(join(folder, name))
  const held = await cli('sync', 'Photos')
  expect([held.code, held.stdout]).toEqual([
    3,
    expect.stringMatching(/24 wait for your approval; "syncwatch plan show Photos"/),
  ])
  const shown = await cli('plan', 'show', 'Photos', '--limit', '5')
  expect([shown.code, shown.stdout]).toEqual([3, expect.stringMatching(/^Gate \d: [\s\S]*\nand 19 more\n/)])
  const unsure = await cli('plan', 'approve', 'Photos')
  expect([unsure.code, unsure.stderr]).toEqual([1, expect.stringContaining('Add "--rows 24"')])
  expect((await cli('plan', 'approve', 'Photos', '--rows', '24')).code).toBe(0)
  expect((await cli('sync', 'Photos')).code).toBe(0)
  expect((await cli('assets', 'list')).stdout).toBe('No assets.\n')
  expect(await cli('plan', 'drop', 'Photos')).toMatchObject({ code: 1, stderr: 'Nothing is held back.\n' })
}, 120_000)

test('conflicts that are left end a sync with 4; they are listed, decided and taken back', async () => {
  const { cli, folder, url } = await withFolder({ 'a.txt': 'one' })
  await pause(cli)
  expect((await cli('stores', 'edit', 'Photos', '--conflicts', 'manual')).stdout).toMatch(
    /conflicts manual, delete limit/,
  )
  const [asset] = JSON.parse((await cli('assets', 'list', '--json')).stdout).items
  await place(join(folder, 'a.txt'), 'of the folder')
  const headers = { 'if-match': `"${asset.revision}"` }
  await fetch(`${url}/api/v1/assets/${asset.id}/content`, { method: 'PUT', headers, body: 'of the library' })
  const left = await cli('sync', 'Photos')
  expect([left.code, left.stdout]).toEqual([4, expect.stringMatching(/1 conflict is left;/)])
  const listed = await cli('conflicts', 'list', '--store', 'Photos')
  expect(listed.stdout).toMatch(/\na\.txt +Photos +14 B, .* 13 B, .* held +\S+\n$/)
  const [{ id }] = JSON.parse((await cli('conflicts', 'list', '--json')).stdout).items
  expect((await cli('conflicts', 'resolve', '--all', '--keep', 'library')).stdout).toBe('1 decided.\n')
  expect((await cli('sync', 'Photos')).code).toBe(0)
  expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('of the library')
  expect((await cli('conflicts', 'list')).stdout).toBe('No conflicts.\n')
  expect((await cli('conflicts', 'undo', id)).stdout).toBe('Taken back: the other side has it.\n')
  expect((await cli('sync', 'Photos')).code).toBe(0)
  expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('of the folder')
}, 120_000)

test('a store is scheduled and its identity forgotten from the command line', async () => {
  const { cli } = await withFolder({})
  expect((await cli('stores', 'schedule', 'Photos', '0 3 * * *')).stdout).toMatch(
    /^"Photos" is due at \d{4}-.*T03:00:00\.000Z\.\n$/,
  )
  expect((await cli('stores', 'schedule', 'Photos', '--off')).stdout).toBe('"Photos" is synced by hand.\n')
  expect((await cli('stores', 'schedule', 'Photos', 'now')).stderr).toMatch(/^"now" is no schedule: /)
  expect((await cli('stores', 'forget-identity', 'Photos')).code).toBe(1)
  expect((await cli('stores', 'forget-identity', 'Photos', '--confirm', 'Photos')).code).toBe(0)
}, 90_000)

test('a store is paused, goes on and becomes a mirror from the command line', async () => {
  const { cli } = await withFolder({})
  const state = async () => JSON.parse((await cli('stores', 'list', '--json')).stdout).items[0]
  expect(await cli('stores', 'pause', 'Photos')).toMatchObject({
    code: 0,
    stdout: '"Photos" is paused: it is synced by hand alone, until "syncwatch stores resume Photos".\n',
  })
  // By hand it is synced all the same. What was begun when it was connected has ended then.
  expect((await cli('sync', 'Photos')).code).toBe(0)
  expect(await state()).toMatchObject({ state: 'paused', mode: 'two-way' })
  expect(await cli('stores', 'edit', 'Photos', '--mode', 'pull')).toMatchObject({
    code: 0,
    stdout: '"Photos": pull, conflicts keep-both, delete limit max(10, 10 %).\n',
  })
  expect(await state(), 'a change of its mode does not let it go on').toMatchObject({ state: 'paused', mode: 'pull' })
  expect((await cli('stores', 'edit', 'Photos', '--mode', 'sideways')).code).toBe(1)
  expect(await cli('stores', 'resume', 'Photos')).toMatchObject({ code: 0, stdout: '"Photos" goes on.\n' })
  expect(await state()).toMatchObject({ mode: 'pull' })
  expect((await state()).state).not.toBe('paused')
  expect(await cli('stores', 'pause', 'Nothing')).toMatchObject({ code: 1, stdout: '' })
}, 90_000)

test('a store is connected with some of its folders and a sentinel; both are changed and taken back', async () => {
  const { cli } = await withFolder({})
  const other = join(await temporaryFolder('scans'), 'Scans')
  await mkdir(join(other, 'in'), { recursive: true })
  await place(join(other, 'in', 'a.txt'), 'a')
  await place(join(other, 'b.txt'), 'b')
  const added = await cli('stores', 'add', '--prefix', 'in', '--prefix', 'too/', '--sentinel', 'b.txt', other)
  expect([added.code, added.stderr]).toEqual([0, ''])
  expect(added.stdout).toMatch(
    /as "Scans", only in\/, too\/, while b\.txt is there; "syncwatch sync Scans" brings it in\.\n$/,
  )
  expect((await cli('sync', 'Scans')).code).toBe(0)
  const keys = async () => {
    const { items } = JSON.parse((await cli('assets', 'list', '--json')).stdout)
    return items.map(({ key }: { key: string }) => key).sort()
  }
  expect(await keys()).toEqual(['in/a.txt'])
  const edit = async (...flags: string[]) => (await cli('stores', 'edit', 'Scans', ...flags)).stdout
  expect(await edit('--no-sentinel')).toMatch(/delete limit max\(10, 10 %\), only in\/, too\/\.\n$/)
  expect(await edit('--prefix', 'too', '--sentinel', 'x')).toMatch(/, only too\/, while x is there\.\n$/)
  expect(await edit('--all', '--no-sentinel')).toMatch(/delete limit max\(10, 10 %\)\.\n$/)
  expect((await cli('sync', 'Scans')).code).toBe(0)
  expect(await keys()).toEqual(['b.txt', 'in/a.txt'])
}, 120_000)
