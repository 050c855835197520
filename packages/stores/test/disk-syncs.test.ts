import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { makeTempFolder } from '@syncwatch/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DiskRounds } from '../src/local-files/disk-rounds.ts'
import { type DiskSync, type DiskWork, doAlone, foldersUp } from '../src/local-files/disk-syncs.ts'
import { SyncProgram } from '../src/local-files/sync-program.ts'
import { putBytes } from '../src/local-files/vault-content.ts'
import { type DiskWait, WaitingWorks } from '../src/local-files/waiting-works.ts'

async function makeRoot() {
  const temp = await makeTempFolder('disk-syncs')
  onTestFinished(() => temp.remove())
  return temp.path
}

/** Writes down where it is, and what was thrown into it. */
function* work(name: string, syncs: readonly DiskSync[], log: string[]): DiskWork<string> {
  for (const sync of syncs) {
    log.push(`${name} waits`)
    try {
      yield sync
    } catch {
      log.push(`${name} failed`)
      throw new Error(name)
    }
  }
  log.push(`${name} ends`)
  return name
}

const ids = (works: readonly unknown[]) => works.map((_, index) => index)
const begin = (waiting: WaitingWorks, works: readonly DiskWork<unknown>[]) =>
  waiting.begin(works.map((one, id) => ({ id, work: one })))

test('all of a group come to their wait for the disk before any of them goes on', async () => {
  const root = await makeRoot()
  const log: string[] = []
  const waiting = new WaitingWorks()
  const folder = { kind: 'folder', path: root, top: root } as const
  const first = begin(waiting, [work('a', [folder], log), work('b', [], log), work('c', [folder, folder], log)])
  expect(first.done).toEqual([[1, { kind: 'value', value: 'b' }]])
  expect(first.wait).toEqual({ ids: [0, 2], places: [[(await stat(root)).dev, root]] })
  const second = waiting.synced([0, 2])
  expect(second).toMatchObject({ done: [[0, { value: 'a' }]], wait: { ids: [2] } })
  expect(waiting.synced([2])).toEqual({ done: [[2, { kind: 'value', value: 'c' }]], wait: null })
  expect(log).toEqual(['a waits', 'b ends', 'c waits', 'a ends', 'c waits', 'c ends'])
})

test('what is resumed twice goes on once', async () => {
  const root = await makeRoot()
  const log: string[] = []
  const waiting = new WaitingWorks()
  begin(waiting, [work('a', [{ kind: 'folder', path: root, top: root }], log)])
  expect(waiting.synced([0]).done).toHaveLength(1)
  expect(waiting.syncAlone([0])).toEqual({ done: [], wait: null })
})

test('of files that ask for themselves the one that did not reach the disk fails, and no other', async () => {
  const root = await makeRoot()
  const log: string[] = []
  const files = Array.from({ length: 40 }, (_, index) => join(root, `${index}`))
  for (const path of files) await writeFile(path, 'x')
  const works = [...files, join(root, 'lost')].map((path) => work(basename(path), [{ kind: 'file', path }], log))
  const waiting = new WaitingWorks()
  begin(waiting, works)
  const { done } = waiting.syncAlone(ids(works))
  expect(done.map(([, { kind }]) => kind)).toEqual([...files.map(() => 'value'), 'failure'])
  expect(log).toContain('lost failed')
})

test('the names of the folders on the way reach the disk with that of a folder', () => {
  expect(foldersUp('/store/a/b', '/store')).toEqual(['/store/a/b', '/store/a', '/store'])
  expect(foldersUp('/store', '/store')).toEqual(['/store'])
})

describe.runIf(process.platform === 'linux')('rounds for all threads', () => {
  const waitOf = (count: number, folder: string, device = 1): DiskWait => ({
    ids: Array.from({ length: count }, (_, index) => index),
    places: [[device, folder]],
  })

  test('who comes while one is under way is in the next one, with all others: few alone would ask for themselves', async () => {
    const root = await makeRoot()
    const rounds = new DiskRounds()
    onTestFinished(() => rounds.close())
    const first = rounds.wait(waitOf(12, root))
    const others = [rounds.wait(waitOf(7, root)), rounds.wait(waitOf(7, root))]
    expect(await Promise.all([first, ...others])).toEqual([true, true, true])
    expect(await rounds.wait(waitOf(7, root))).toBe(false)
  })

  test('the program that asks the system goes on after what it cannot ask about, and after it was closed', async () => {
    const root = await makeRoot()
    const program = new SyncProgram()
    onTestFinished(() => program.close())
    await mkdir(join(root, '-a "b\\'))
    expect(await program.sync([root, join(root, '-a "b\\')])).toBe(true)
    expect(await program.sync([root, join(root, 'gone')])).toBe(false)
    expect(await program.sync([`${root}\n${root}`])).toBe(false)
    program.close()
    expect(await program.sync([root])).toBe(true)
  })

  test('where one place cannot be asked, nobody is told that it was', async () => {
    const root = await makeRoot()
    const rounds = new DiskRounds()
    onTestFinished(() => rounds.close())
    const first = rounds.wait(waitOf(1, root))
    const others = [rounds.wait(waitOf(20, root)), rounds.wait(waitOf(20, join(root, 'gone'), 2))]
    expect(await Promise.all([first, ...others])).toEqual([false, false, false])
  })
})

test('alone, work throws what it fails with', () => {
  expect(() => doAlone(work('x', [{ kind: 'file', path: '/nowhere/at/all' }], []))).toThrow('x')
})

test('a group of contents that are read through the same memory is published whole', async () => {
  const root = await makeRoot()
  for (const folder of ['content', 'tmp']) await mkdir(join(root, folder))
  const bytes = Buffer.alloc(4)
  const put = function* (index: number): DiskWork<void> {
    bytes.fill(index)
    const sha256 = `${index}`.padStart(64, 'a')
    yield* putBytes(bytes, { vault: root, sha256, temporaryName: `${index}`, durable: true })
  }
  const works = Array.from({ length: 30 }, (_, index) => put(index))
  const waiting = new WaitingWorks()
  begin(waiting, works)
  expect(waiting.synced(ids(works)).wait?.ids).toEqual(ids(works))
  const { done } = waiting.syncAlone(ids(works))
  expect(new Set(done.map(([, { kind }]) => kind))).toEqual(new Set(['value']))
  for (let index = 0; index < 30; index += 1) {
    const sha256 = `${index}`.padStart(64, 'a')
    expect(await readFile(join(root, 'content', 'aa', sha256))).toEqual(Buffer.alloc(4, index))
  }
})
