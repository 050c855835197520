import { createHash } from 'node:crypto'
import { chmod, link, mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemRandom } from '@syncwatch/core'
import type { ContentSource } from '@syncwatch/sync'
import { FakeClock, makeTempFolder } from '@syncwatch/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FolderStore } from '../src/folder/index.ts'

const ABSENT = { kind: 'absent' } as const

async function makeFolder(options: { trashDays?: number } = {}) {
  const temp = await makeTempFolder('folder-writing')
  onTestFinished(() => temp.remove())
  const root = join(temp.path, 'root')
  await mkdir(root)
  const clock = new FakeClock(Date.UTC(2030, 0, 31, 12))
  const store = new FolderStore({ root, clock, random: systemRandom(), settleMs: 0, ...options })
  const put = async (key: string, text: string) => {
    await mkdir(dirname(join(root, key)), { recursive: true })
    await writeFile(join(root, key), text)
    return (await store.head(key))?.version ?? ''
  }
  const text = (key: string) => readFile(join(root, key), 'utf8')
  const everything = async () =>
    (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort()
  return { temp, root, clock, store, put, text, everything }
}

function contentOf(text: string, more: Partial<ContentSource> = {}): ContentSource {
  const bytes = Buffer.from(text)
  async function* stream() {
    yield bytes
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { sha256, size: bytes.length, localPath: null, open: async () => stream(), ...more }
}

describe('what is written', () => {
  test('shows the time that its content was changed at', async () => {
    const { root, store } = await makeFolder()
    const modifiedAt = '2020-05-05T05:05:05.000Z'
    const written = await store.write('a.txt', contentOf('a', { modifiedAt }), ABSENT)
    expect(written.modifiedAt).toBe(modifiedAt)
    expect((await stat(join(root, 'a.txt'))).mtime.toISOString()).toBe(modifiedAt)
  })

  test('comes from a file of this machine where there is one, and only if that is whole', async () => {
    const { temp, store, text, everything } = await makeFolder()
    const localPath = join(temp.path, 'content')
    await writeFile(localPath, 'from a file')
    await store.write('a.txt', contentOf('from a file', { localPath }), ABSENT)
    expect(await text('a.txt')).toBe('from a file')
    await writeFile(localPath, 'from')
    await expect(store.write('b.txt', contentOf('from a file', { localPath }), ABSENT)).rejects.toMatchObject({
      code: 'item_unreadable',
    })
    expect(await everything()).toEqual(['a.txt'])
  })

  test('keeps the permissions of what it replaces', async () => {
    const { root, store, put } = await makeFolder()
    await put('a.txt', 'one')
    await chmod(join(root, 'a.txt'), 0o600)
    const version = (await store.head('a.txt'))?.version ?? ''
    await store.write('a.txt', contentOf('two'), { kind: 'version', version })
    expect((await stat(join(root, 'a.txt'))).mode & 0o777).toBe(0o600)
  })

  test('never lies behind a link that leads out', async () => {
    const { temp, root, store, everything } = await makeFolder()
    await mkdir(join(temp.path, 'outside'))
    await symlink('../outside', join(root, 'folder'))
    const { version } = await store.write('a.txt', contentOf('a'), ABSENT)
    for (const call of [
      () => store.write('folder/a.txt', contentOf('a'), ABSENT),
      () => store.write('folder/new/a.txt', contentOf('a'), ABSENT),
      () => store.move('a.txt', 'folder/a.txt', version),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'item_outside_root' })
    expect(await readdir(join(temp.path, 'outside'))).toEqual([])
    expect(await everything()).toEqual(['a.txt', 'folder'])
  })

  test('deletes nothing behind a link that leads out', async () => {
    const { temp, root, store, put } = await makeFolder()
    const version = await put('folder/a.txt', 'a')
    await rename(join(root, 'folder'), join(temp.path, 'outside'))
    await symlink('../outside', join(root, 'folder'))
    await expect(store.delete('folder/a.txt', version)).rejects.toMatchObject({ code: 'item_outside_root' })
    expect(await readdir(join(temp.path, 'outside'))).toEqual(['a.txt'])
  })

  test.each([
    ['.syncwatch-store.json', 'item_name_invalid'],
    ['.git/config', 'item_name_invalid'],
    ['half.part', 'item_name_invalid'],
    [`${'n'.repeat(300)}.txt`, 'item_name_invalid'],
    ['file.txt/below.txt', 'item_name_collision'],
  ])('is refused under %s, which no listing would show', async (key, code) => {
    const { store, put, everything } = await makeFolder()
    await put('file.txt', 'a file')
    await expect(store.write(key, contentOf('a'), ABSENT)).rejects.toMatchObject({ code })
    expect(await everything()).toEqual(['file.txt'])
  })

  test('does not take the place of a folder', async () => {
    const { store, put, text } = await makeFolder()
    await put('folder/a.txt', 'a')
    await expect(store.write('folder', contentOf('a'), ABSENT)).rejects.toMatchObject({ code: 'precondition_failed' })
    expect(await text('folder/a.txt')).toBe('a')
  })

  test('goes nowhere when another place appears where the folder was', async () => {
    const { temp, root, store, put } = await makeFolder()
    const version = await put('a.txt', 'a')
    await rename(root, join(temp.path, 'elsewhere'))
    await mkdir(root)
    for (const call of [
      () => store.write('b.txt', contentOf('b'), ABSENT),
      () => store.write('b.txt', contentOf('b'), ABSENT),
      () => store.head('a.txt'),
      () => store.read('a.txt'),
      () => store.delete('a.txt', version),
      () => store.list({}).next(),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await readdir(root)).toEqual([])
    // Who asks for the identity decides about the place that is there now.
    await store.identity({ create: false })
    expect(await store.head('a.txt')).toBeNull()
  })

  test.skipIf(process.getuid?.() === 0)(
    'is refused with a reason where the folder may not be written (root may write everywhere)',
    async () => {
      const { root, store } = await makeFolder()
      await chmod(root, 0o555)
      await expect(store.write('a.txt', contentOf('a'), ABSENT)).rejects.toMatchObject({ code: 'item_unwritable' })
      await chmod(root, 0o755)
    },
  )

  test('in many folders that come and go at once', async () => {
    const { store, everything } = await makeFolder({ trashDays: 0 })
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const key = `folder/deep/${index % 4}/${index}.txt`
        const { version } = await store.write(key, contentOf(`${index}`), ABSENT)
        if (index % 2 === 0) await store.delete(key, version)
      }),
    )
    expect(await everything()).toHaveLength(20)
  })
})

describe('the trash', () => {
  test('has what was deleted, under its day and name, and the folder that was left empty is gone', async () => {
    const { root, store, put, text } = await makeFolder()
    await store.delete('photos/a.jpg', await put('photos/a.jpg', 'first'))
    expect(await text('.syncwatch-trash/2030-01-31/photos/a.jpg')).toBe('first')
    expect((await readdir(root)).sort()).toEqual(['.syncwatch-trash'])
    await store.delete('photos/a.jpg', await put('photos/a.jpg', 'second'))
    const names = await readdir(join(root, '.syncwatch-trash/2030-01-31/photos'))
    expect(names).toHaveLength(2)
    expect(names.every((name) => name.endsWith('.jpg'))).toBe(true)
  })

  test('has what was overwritten', async () => {
    const { store, put, text } = await makeFolder()
    const version = await put('a.txt', 'old')
    await store.write('a.txt', contentOf('new'), { kind: 'version', version })
    expect(await text('.syncwatch-trash/2030-01-31/a.txt')).toBe('old')
    expect(await text('a.txt')).toBe('new')
  })

  test('is emptied of the days that are over when the folder is listed', async () => {
    const { root, clock, store, put } = await makeFolder()
    await store.delete('a.txt', await put('a.txt', 'a'))
    await writeFile(join(root, '.syncwatch-trash/keep.txt'), 'not ours')
    const list = async () => {
      for await (const page of store.list({})) expect(page.objects).toEqual([])
    }
    await clock.advance(29 * 24 * 3_600_000)
    await list()
    expect((await readdir(join(root, '.syncwatch-trash'))).sort()).toEqual(['2030-01-31', 'keep.txt'])
    await clock.advance(3 * 24 * 3_600_000)
    await list()
    expect(await readdir(join(root, '.syncwatch-trash'))).toEqual(['keep.txt'])
  })

  test('can be left out', async () => {
    const { store, put, everything } = await makeFolder({ trashDays: 0 })
    await store.delete('a.txt', await put('a.txt', 'a'))
    expect(await everything()).toEqual([])
  })
})

describe('renames', () => {
  test('between hard links are two files, not one', async () => {
    const { root, store, put, everything } = await makeFolder()
    const version = await put('a.txt', 'a')
    await link(join(root, 'a.txt'), join(root, 'A.txt'))
    await expect(store.move('a.txt', 'A.txt', version)).rejects.toMatchObject({ code: 'precondition_failed' })
    expect(await everything()).toEqual(['A.txt', 'a.txt'])
  })

  test('leave no folder behind that they emptied or made in vain', async () => {
    const { root, store, put } = await makeFolder()
    const version = await put('old/a.txt', 'a')
    await expect(store.move('old/a.txt', 'new/a.txt', 'other')).rejects.toMatchObject({ code: 'precondition_failed' })
    expect(await readdir(root)).toEqual(['old'])
    await store.move('old/a.txt', 'new/a.txt', version)
    expect(await readdir(root)).toEqual(['new'])
  })
})

test('what a crash left under our own names is listed by nobody, and cleared away after a day', async () => {
  const { root, clock, store, put, everything } = await makeFolder()
  await put('a.txt', 'a')
  const left = '.syncwatch-0190a0a0-0000-7000-8000-000000000000.new'
  await writeFile(join(root, left), 'half')
  const keys = async () => {
    const found: string[] = []
    for await (const page of store.list({})) found.push(...page.objects.map(({ key }) => key))
    return found
  }
  clock.setWallClock(Date.now())
  expect(await keys()).toEqual(['a.txt'])
  expect(await everything()).toEqual([left, 'a.txt'])
  clock.setWallClock(Date.now() + 25 * 3_600_000)
  await utimes(join(root, left), new Date(0), new Date(0))
  expect(await keys()).toEqual(['a.txt'])
  expect(await everything()).toEqual(['a.txt'])
})
