import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempFolder } from '@syncwatch/testkit'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { deleteFile, moveFile, writeLocalFile } from '../src/folder/change-file.ts'
import { takeFile } from '../src/folder/take-file.ts'
import { walkFolders } from '../src/folder/walk-folder.ts'
import { doAlone } from '../src/local-files/disk-syncs.ts'
import { fileVersion } from '../src/local-files/file-version.ts'
import { rootPlace } from '../src/local-files/parents.ts'
import { lookAt } from '../src/local-files/system-call.ts'

/** What another program does right before a system call of ours, once; after each reading of a folder. */
const meanwhile = vi.hoisted(() => ({ call: '', act: (): void => {} }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const before =
    <Args extends unknown[], Result>(name: string, call: (...args: Args) => Result) =>
    (...args: Args): Result => {
      if (meanwhile.call === name) {
        meanwhile.call = ''
        meanwhile.act()
      }
      return call(...args)
    }
  const readdirSync = (...args: unknown[]) => {
    const names = (fs.readdirSync as (...args: unknown[]) => unknown)(...args)
    if (meanwhile.call === 'readdir') meanwhile.act()
    return names
  }
  return {
    ...fs,
    readdirSync,
    linkSync: before('link', fs.linkSync),
    renameSync: before('rename', fs.renameSync),
    readSync: before('read', fs.readSync as (...args: unknown[]) => number),
    closeSync: before('close', fs.closeSync),
  }
})

afterEach(() => {
  meanwhile.call = ''
})

function right(call: 'link' | 'rename' | 'read' | 'close' | 'readdir', act: () => void): void {
  meanwhile.act = act
  meanwhile.call = call
}

async function makeFolder() {
  const temp = await makeTempFolder('folder-races')
  onTestFinished(() => temp.remove())
  const root = join(temp.path, 'root')
  mkdirSync(root)
  const place = rootPlace(root) ?? ''
  const context = { root: { path: root, place }, durable: false, trashDays: 30, nowMs: 0, unique: 'a'.repeat(36) }
  const at = (key: string) => join(root, key)
  const put = (key: string, text: string) => {
    writeFileSync(at(key), text)
    return versionOf(at(key))
  }
  /** As a program that writes a new file and renames it over the old one. */
  const replace = (key: string, text: string) => {
    rmSync(at(key))
    writeFileSync(at(key), text)
  }
  const text = (key: string) => readFileSync(at(key), 'utf8')
  const names = async () => (await readdir(root)).filter((name) => name !== '.syncwatch-trash').sort()
  const content = (bytes: string) => {
    const path = join(temp.path, 'content')
    writeFileSync(path, bytes)
    return { path, size: bytes.length, modifiedMs: null }
  }
  return { temp, root, context, at, put, replace, text, names, content }
}

function versionOf(path: string): string {
  const stats = lookAt(path)
  if (stats === null) throw new Error(`${path} is not there.`)
  return fileVersion(stats)
}

const refusal = (code: string) => expect.objectContaining({ refusal: code })

test('a file that is replaced after the first look is not overwritten', async () => {
  const { context, put, replace, text, names, content } = await makeFolder()
  const version = put('a.txt', 'seen')
  // The link keeps the old one for the trash: it is made between the two looks.
  right('link', () => replace('a.txt', 'theirs'))
  expect(() => doAlone(writeLocalFile(context, 'a.txt', content('ours'), { kind: 'version', version }))).toThrow(
    refusal('precondition_failed'),
  )
  expect(text('a.txt')).toBe('theirs')
  expect(await names()).toEqual(['a.txt'])
})

test('what is written into the old file in the very last moment is in the trash', async () => {
  const { context, put, at, text, content } = await makeFolder()
  const version = put('a.txt', 'seen')
  right('rename', () => writeFileSync(at('a.txt'), 'written in place'))
  doAlone(writeLocalFile(context, 'a.txt', content('ours'), { kind: 'version', version }))
  expect(text('a.txt')).toBe('ours')
  expect(text('.syncwatch-trash/1970-01-01/a.txt')).toBe('written in place')
})

test('a name that is taken in the last moment is not overwritten', async () => {
  const { context, at, text, names, content } = await makeFolder()
  right('link', () => writeFileSync(at('a.txt'), 'theirs'))
  expect(() => doAlone(writeLocalFile(context, 'a.txt', content('ours'), { kind: 'absent' }))).toThrow(
    refusal('precondition_failed'),
  )
  expect(text('a.txt')).toBe('theirs')
  expect(await names()).toEqual(['a.txt'])
})

test.each([
  ['replaced', (folder: Awaited<ReturnType<typeof makeFolder>>) => folder.replace('a.txt', 'theirs')],
  ['written to', (folder: Awaited<ReturnType<typeof makeFolder>>) => writeFileSync(folder.at('a.txt'), 'theirs')],
])('a file that is %s while it is deleted or renamed comes back as it is then', async (_, edit) => {
  for (const change of ['delete', 'move'] as const) {
    const folder = await makeFolder()
    const version = folder.put('a.txt', 'seen, and longer')
    // The second name is there, the first one is about to be taken away.
    right('rename', () => edit(folder))
    expect(() =>
      change === 'delete'
        ? deleteFile(folder.context, 'a.txt', version)
        : moveFile(folder.context, 'a.txt', 'b.txt', version),
    ).toThrow(refusal('precondition_failed'))
    expect(folder.text('a.txt')).toBe('theirs')
    expect(await folder.names()).toEqual(['a.txt'])
  }
})

test('a third version that appears while the second is given back leaves both to be seen', async () => {
  const { context, put, at, replace, text, names } = await makeFolder()
  const version = put('a.txt', 'seen')
  right('rename', () => {
    replace('a.txt', 'second')
    right('link', () => writeFileSync(at('a.txt'), 'third'))
  })
  expect(() => deleteFile(context, 'a.txt', version)).toThrow(refusal('precondition_failed'))
  const found = await names()
  expect(found).toHaveLength(2)
  expect(found.map(text).sort()).toEqual(['second', 'third'])
  expect(found.every((name) => name.startsWith('a.txt'))).toBe(true)
})

test.each(['read', 'close'] as const)(
  'a file that is written to before the %s is not taken for what it was',
  async (call) => {
    const { temp, root, put, replace } = await makeFolder()
    put('a.txt', 'seen')
    mkdirSync(join(temp.path, 'vault/tmp'), { recursive: true })
    const take = {
      root,
      key: 'a.txt',
      settleMs: 0,
      nowMs: Date.now() + 60_000,
      sniff: false,
      headBytes: 0,
      durable: false,
    }
    right(call, () => replace('a.txt', 'other'))
    expect(() => doAlone(takeFile({ ...take, vault: join(temp.path, 'vault'), temporaryName: 'x' }))).toThrow(
      refusal('item_changing'),
    )
  },
)

test('nothing is written even for a moment behind a link on the way', async () => {
  const { temp, root, context, content } = await makeFolder()
  mkdirSync(join(temp.path, 'outside/folder'), { recursive: true })
  await symlink('../outside', join(root, 'link'))
  const before = statSync(join(temp.path, 'outside/folder')).mtimeMs
  expect(() => doAlone(writeLocalFile(context, 'link/folder/a.txt', content('ours'), { kind: 'absent' }))).toThrow(
    refusal('item_outside_root'),
  )
  expect(statSync(join(temp.path, 'outside/folder')).mtimeMs).toBe(before)
})

test('what is renamed while its folder is read is listed under its new name', async () => {
  const { context, at, put } = await makeFolder()
  put('a.txt', 'content')
  right('readdir', () => {
    meanwhile.call = ''
    renameSync(at('a.txt'), at('b.txt'))
  })
  const walked = walk(context.root.path)
  expect(walked.objects.map(({ key }) => key)).toEqual(['b.txt'])
  expect(walked.complete).toBe(true)
})

test('a folder in which things keep vanishing is not known whole', async () => {
  const { context, at, put } = await makeFolder()
  put('0.txt', 'content')
  let number = 0
  right('readdir', () => renameSync(at(`${number}.txt`), at(`${++number}.txt`)))
  const walked = walk(context.root.path)
  expect(walked).toMatchObject({ objects: [], complete: false })
  expect(number).toBeGreaterThan(1)
})

test('a folder that is gone when it is to be read may be elsewhere: nothing is known whole then', async () => {
  const { context, at } = await makeFolder()
  mkdirSync(at('album'))
  writeFileSync(at('album/a.txt'), 'content')
  right('readdir', () => {
    meanwhile.call = ''
    renameSync(at('album'), at('moved'))
  })
  // The root shows its new name, since it changed; of a folder that was seen before and left since nobody knows.
  expect(walk(context.root.path)).toMatchObject({ objects: [{ key: 'moved/a.txt' }], complete: true })
  expect(walk(context.root.path, ['album'])).toMatchObject({ objects: [], complete: false })
})

function walk(root: string, pending: readonly string[] = ['']) {
  return walkFolders({ root, platform: process.platform, nowMs: 0, pending, most: 1000 })
}
