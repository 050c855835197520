import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SyncHarness, sha256 } from './support/sync-harness.ts'

const asRoot = process.getuid?.() === 0

test('odd names are keys like any others', async () => {
  await using harness = await SyncHarness.make()
  const names = [
    'with spaces .txt',
    ' leading',
    'emoji 🎉👩‍👩‍👧.txt',
    'line\nbreak.txt',
    'tab\tand\\backslash.txt',
    'quote"\'%.txt',
    'CON',
    'aux.txt',
    '...',
    '.hidden',
    '-rf',
    `${'n'.repeat(250)}.txt`,
    'folder 日本/Ünïcode.txt',
    '\\N',
    'null\\x00.txt',
  ]
  for (const name of names) await harness.write(name, `content of ${name}`)
  const run = await harness.sync()
  expect(run.outcome).toMatchObject({ status: 'completed' })
  expect(run.events).toEqual([])
  expect(new Map((await harness.library()).map((row) => [row.key, row.sha256]))).toEqual(
    new Map(names.map((name) => [name, sha256(`content of ${name}`)])),
  )
})

test('R25: NFC and NFD twins, and names that differ in case, are both imported and remarked on', async () => {
  await using harness = await SyncHarness.make()
  const keys = ['café.txt'.normalize('NFC'), 'café.txt'.normalize('NFD'), 'Photo.JPG', 'photo.jpg', 'single.txt']
  for (const key of keys) await harness.write(key, key)
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect(new Set(await harness.keys())).toEqual(new Set(keys))
  const remarks = [...run.reported.values()].map(({ item_key, state, error_code }) => [item_key, state, error_code])
  expect(new Set(remarks)).toEqual(
    new Set(keys.map((key) => [key, 'done', key === 'single.txt' ? 'item_not_an_image' : 'item_name_collision'])),
  )
  // Said once, when they came: what is imported does not differ.
  expect((await harness.sync()).reported.size).toBe(0)
})

test('names that are not UTF-8 are one item each, shown by their bytes, and the rest goes on', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('good.txt', 'good')
  const bytes = Buffer.concat([Buffer.from(`${harness.root}/bad-`), Buffer.from([0xe9, 0xff]), Buffer.from('.txt')])
  await writeFile(bytes, 'bad')
  await mkdir(Buffer.concat([Buffer.from(`${harness.root}/folder-`), Buffer.from([0xe9])]))
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect(await harness.keys()).toEqual(['good.txt'])
  expect(run.reported.get('bad-\\xe9\\xff.txt')).toMatchObject({ state: 'failed', error_code: 'item_name_invalid' })
  expect(run.reported.get('folder-\\xe9')).toMatchObject({ state: 'failed', error_code: 'item_name_invalid' })
  expect(Object.assign({}, ...run.patches)).toMatchObject({ total_items: 3, processed_items: 3, failed_items: 2 })
})

test('a folder nested deeper than a path may be long is an item with a reason, and the rest goes on', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('good.txt', 'good')
  // Only relative steps get there: no system takes the whole path in one call.
  execFileSync('sh', ['-c', 'n=$(printf "d%.0s" $(seq 50)); for i in $(seq 100); do mkdir $n && cd -P $n; done'], {
    cwd: harness.root,
  })
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect(await harness.keys()).toEqual(['good.txt'])
  const [deep] = [...run.reported.values()].filter((item) => item.error_code === 'item_name_invalid')
  expect(deep?.state).toBe('failed')
  expect(deep?.error_message?.length).toBeLessThanOrEqual(4000)
  // The tidying up after a test walks by whole paths.
  execFileSync('rm', ['-rf', 'd'.repeat(50)], { cwd: harness.root })
})

test('links, pipes and sockets are items with a reason; nothing outside the root is read', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('real/a.txt', 'a')
  await writeFile(join(harness.root, '..', 'secret.txt'), 'secret')
  await symlink('real/a.txt', join(harness.root, 'inside-link'))
  await symlink('real', join(harness.root, 'inside-folder-link'))
  await symlink('../secret.txt', join(harness.root, 'outside-link'))
  await symlink('/etc', join(harness.root, 'outside-folder'))
  await symlink('nowhere', join(harness.root, 'dangling'))
  await symlink('loop', join(harness.root, 'loop'))
  execFileSync('mkfifo', [join(harness.root, 'pipe')])
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(join(harness.root, 'socket'), resolve))
  try {
    const run = await harness.sync()
    expect(run.outcome?.status).toBe('completed')
    expect(await harness.keys()).toEqual(['real/a.txt'])
    const reasons = Object.fromEntries([...run.reported.values()].map((item) => [item.item_key, item.error_code]))
    expect(reasons).toEqual({
      'real/a.txt': 'item_not_an_image',
      'inside-link': 'item_not_a_file',
      'inside-folder-link': 'item_not_a_file',
      'outside-link': 'item_outside_root',
      'outside-folder': 'item_outside_root',
      dangling: 'item_not_a_file',
      loop: 'item_not_a_file',
      pipe: 'item_not_a_file',
      socket: 'item_not_a_file',
    })
    expect(run.reported.get('dangling')?.error_message).toContain('something that is not there')
    expect(run.reported.get('inside-link')?.error_message).toContain('synced under its own name')
    expect(Object.assign({}, ...run.patches)).toMatchObject({ failed_items: 0 })
  } finally {
    server.close()
  }
})

test('empty files and files that are no images are imported, by what their bytes are', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('empty.jpg', '')
  await harness.write('text.jpg', 'I am no picture')
  await harness.write('notes.txt', 'text')
  await harness.write('really-a-png.txt', Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex'))
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect(Object.fromEntries((await harness.library()).map((row) => [row.key, [row.size, row.mime_type]]))).toEqual({
    'empty.jpg': [0, 'application/octet-stream'],
    'text.jpg': [15, 'application/octet-stream'],
    'notes.txt': [4, 'text/plain'],
    'really-a-png.txt': [20, 'image/png'],
  })
  const remarks = [...run.reported.values()].map((item) => [item.item_key, item.state, item.error_code ?? null])
  expect(Object.fromEntries(remarks.map(([key, ...rest]) => [key, rest]))).toEqual({
    'empty.jpg': ['done', 'item_empty'],
    'text.jpg': ['done', 'item_not_an_image'],
    'notes.txt': ['done', 'item_not_an_image'],
    'really-a-png.txt': ['done', null],
  })
})

test('our own files, litter and temporary names are passed over without a word, dot-files are not', async () => {
  await using harness = await SyncHarness.make()
  for (const name of [
    '.DS_Store',
    'Thumbs.db',
    'a.txt~',
    '.a.txt.swp',
    'film.mp4.part',
    '._a.txt',
    '.git/config',
    '.Trash-1000/a',
  ])
    await harness.write(name, 'litter')
  await harness.write('.hidden/.file', 'mine')
  const run = await harness.sync()
  expect([...run.reported.keys()]).toEqual(['.hidden/.file'])
  expect(await harness.keys()).toEqual(['.hidden/.file'])
})

test('a file that was written a moment ago is looked at again, and imported once it rests', async () => {
  await using harness = await SyncHarness.make({ settleMs: 150 })
  await harness.write('fresh.txt', 'complete', 0)
  const run = await harness.sync()
  expect(run.reported.get('fresh.txt')).toMatchObject({ state: 'done' })
  expect(await harness.library()).toMatchObject([{ key: 'fresh.txt', sha256: sha256('complete') }])
})

test('a name that is longer than a key can be is an item', async () => {
  await using harness = await SyncHarness.make()
  const folder = Array.from({ length: 6 }, (_, index) => `${index}${'d'.repeat(199)}`).join('/')
  await harness.write(`${folder}/a.txt`, 'deep')
  await harness.write('b.txt', 'b')
  const run = await harness.sync()
  expect(run.outcome?.status).toBe('completed')
  expect(run.reported.get(`${folder}/a.txt`)).toMatchObject({ state: 'failed', error_code: 'item_name_invalid' })
  expect(await harness.keys()).toEqual(['b.txt'])
})

test.runIf(asRoot)('unreadable files and folders are items; an unreadable folder verifies nothing', async () => {
  await using harness = await SyncHarness.make()
  await harness.write('good.txt', 'good')
  await harness.write('secret.txt', 'secret')
  await harness.write('closed/inside.txt', 'inside')
  await harness.sync()
  const verified = (await harness.summary()).verified_at
  await harness.write('secret.txt', 'changed', 30_000)
  await harness.write('new secret.txt', 'new')
  await harness.write('new.txt', 'new')
  for (const path of [harness.root, join(harness.root, '..'), harness.vaultRoot]) chmodSync(path, 0o777)
  execFileSync('chmod', ['-R', 'a+rwX', harness.vaultRoot])
  await chmod(join(harness.root, 'secret.txt'), 0)
  await chmod(join(harness.root, 'new secret.txt'), 0)
  await chmod(join(harness.root, 'closed'), 0)
  const run = await asNobody(() => harness.sync())
  expect(run.outcome?.status).toBe('completed')
  expect(
    Object.fromEntries([...run.reported.values()].map((item) => [item.item_key, [item.state, item.error_code]])),
  ).toEqual({
    'new.txt': ['done', 'item_not_an_image'],
    'secret.txt': ['failed', 'item_unreadable'],
    'new secret.txt': ['failed', 'item_unreadable'],
    'closed/': ['failed', 'item_unreadable'],
  })
  expect(run.events[0]?.message).toContain('3 could not be synced')
  // What stands behind the closed folder is not known, so nothing is said of it.
  expect(await harness.keys()).toContain('closed/inside.txt')
  expect(await harness.summary()).toMatchObject({ failed_count: 3, verified_at: verified })
})

test.runIf(asRoot)('a read-only folder is pulled without a marker, and recognised by its place', async () => {
  await using harness = await SyncHarness.make({ mode: 'pull' })
  await harness.write('a.txt', 'a')
  execFileSync('chmod', ['-R', 'a+rwX', harness.vaultRoot, join(harness.root, '..')])
  chmodSync(harness.root, 0o555)
  expect((await asNobody(() => harness.sync())).outcome?.status).toBe('completed')
  expect((await asNobody(() => harness.sync())).outcome?.status).toBe('completed')
  renameSync(harness.root, `${harness.root}.away`)
  await mkdir(harness.root, { mode: 0o555 })
  expect((await asNobody(() => harness.sync())).outcome).toMatchObject({
    status: 'failed',
    error_details: { code: 'store_unavailable' },
  })
})

/** Runs as a user without rights: root can read everything. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  process.seteuid?.(65534)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}
