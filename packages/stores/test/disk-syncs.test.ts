import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempFolder } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type DiskSync, type DiskWork, doAlone, doTogether } from '../src/local-files/disk-syncs.ts'
import { putBytes } from '../src/local-files/vault-content.ts'

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

test('all of a group come to their wait for the disk before any of them goes on', async () => {
  const root = await makeRoot()
  const log: string[] = []
  const folder = { kind: 'folder', path: root } as const
  const done = doTogether([work('a', [folder], log), work('b', [], log), work('c', [folder, folder], log)])
  expect(log).toEqual(['a waits', 'b ends', 'c waits', 'a ends', 'c waits', 'c ends'])
  expect(done).toEqual(['a', 'b', 'c'].map((value) => ({ kind: 'value', value })))
})

// Few are asked for one by one, many at once.
test.each([2, 40])('of %i files the one that did not reach the disk fails, and no other', async (count) => {
  const root = await makeRoot()
  const log: string[] = []
  const files = Array.from({ length: count }, (_, index) => join(root, `${index}`))
  for (const path of files) await writeFile(path, 'x')
  const lost = { kind: 'file', path: join(root, 'lost') } as const
  const works = files.map((path, index) => work(`${index}`, [{ kind: 'file', path }], log))
  const done = doTogether([...works, work('lost', [lost], log)])
  expect(done.map(({ kind }) => kind)).toEqual([...files.map(() => 'value'), 'failure'])
  expect(log).toContain('lost failed')
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
  const done = doTogether(Array.from({ length: 30 }, (_, index) => put(index)))
  expect(new Set(done.map(({ kind }) => kind))).toEqual(new Set(['value']))
  for (let index = 0; index < 30; index += 1) {
    const sha256 = `${index}`.padStart(64, 'a')
    expect(await readFile(join(root, 'content', 'aa', sha256))).toEqual(Buffer.alloc(4, index))
  }
})
