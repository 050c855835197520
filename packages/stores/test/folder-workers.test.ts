import { createHash } from 'node:crypto'
import { appendFile, mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@syncwatch/core'
import type { TakeOptions } from '@syncwatch/sync'
import { makeTempFolder } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { FolderStore, FolderWorkers } from '../src/folder/index.ts'
import { SharpInspector } from '../src/media/index.ts'
import { FolderVault } from '../src/vault-folder/index.ts'

let workers: FolderWorkers

beforeAll(() => {
  workers = new FolderWorkers({ threads: 2 })
})
afterAll(() => workers.close())

async function makeBoth() {
  const temp = await makeTempFolder('folder-workers')
  onTestFinished(() => temp.remove())
  const root = join(temp.path, 'root')
  await mkdir(root)
  const parts = { clock: systemClock(), random: systemRandom() }
  const vault = await FolderVault.open({ root: join(temp.path, 'vault'), ...parts })
  const store = new FolderStore({ root, ...parts, workers })
  const put = async (key: string, content: string | Buffer, ageMs = 60_000) => {
    await writeFile(join(root, key), content)
    const time = new Date(Date.now() - ageMs)
    await utimes(join(root, key), time, time)
  }
  const take = async (key: string, options: Partial<TakeOptions> = {}) => {
    const taken = await store.take?.(key, {
      vaultFolder: vault.localFolder,
      headBytes: 4,
      durability: 'full',
      signal: new AbortController().signal,
      ...options,
    })
    return taken ?? null
  }
  return { temp, root, vault, store, put, take }
}

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex')

test('a file is read, hashed, kept and looked at again in one call', async () => {
  const { vault, store, put, take } = await makeBoth()
  await put('a.txt', 'content')
  const taken = await take('a.txt')
  expect(taken).toMatchObject({ object: await store.head('a.txt'), sha256: hashOf('content') })
  expect(Buffer.from(taken?.head ?? []).toString()).toBe('cont')
  expect(await vault.has(hashOf('content'), 7)).toBe(true)
})

test('asked for it, a thread tells the type as the inspector would, and keeps the bytes to itself', async () => {
  const { put, take } = await makeBoth()
  const inspector = new SharpInspector()
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  for (const [key, content] of Object.entries({
    'a.png': png,
    'b.jpg': Buffer.alloc(5000, 7),
    'c.txt': 'text',
    'd.md': '',
  })) {
    await put(key, content)
    const taken = await take(key, { headBytes: inspector.sniffBytes, sniffWith: inspector.sniffsWith })
    expect(taken?.mimeType).toBe(await inspector.sniff(Buffer.from(content), key))
    expect(taken?.head).toHaveLength(0)
  }
  expect(await take('a.png')).not.toHaveProperty('mimeType')
})

test('hashed only, the vault does not get it', async () => {
  const { vault, put, take } = await makeBoth()
  await put('a.txt', 'content')
  expect((await take('a.txt', { vaultFolder: null }))?.sha256).toBe(hashOf('content'))
  expect(await vault.has(hashOf('content'))).toBe(false)
})

test('content that the vault lost a part of is put there again', async () => {
  const { vault, put, take } = await makeBoth()
  await put('a.txt', 'content')
  await take('a.txt')
  await writeFile(vault.localPath(hashOf('content')), 'con')
  await take('a.txt')
  expect(await vault.has(hashOf('content'), 7)).toBe(true)
})

test('what is large, or was changed a moment ago, is left to be read as a stream', async () => {
  const { put, take } = await makeBoth()
  await put('new.txt', 'new', 0)
  await put('large.bin', Buffer.alloc(16 * 1024 * 1024 + 1))
  expect(await take('new.txt')).toBeNull()
  expect(await take('large.bin')).toBeNull()
})

test('links out of the folder and what is not there are refused with their codes', async () => {
  const { temp, root, put, take } = await makeBoth()
  await put('a.txt', 'a')
  await mkdir(join(temp.path, 'outside'))
  await writeFile(join(temp.path, 'outside/secret.txt'), 'secret')
  await symlink('../outside', join(root, 'folder'))
  await symlink('../outside/secret.txt', join(root, 'link.txt'))
  await expect(take('folder/secret.txt')).rejects.toMatchObject({ code: 'item_outside_root' })
  await expect(take('link.txt')).rejects.toMatchObject({ code: 'item_outside_root' })
  await expect(take('missing.txt')).rejects.toMatchObject({ code: 'item_not_found' })
  await expect(take('../a.txt')).rejects.toMatchObject({ code: 'item_outside_root' })
  await rename(root, join(temp.path, 'elsewhere'))
  await expect(take('a.txt')).rejects.toMatchObject({ code: 'store_unavailable' })
})

test('a file that is written to all the time is never taken as a mixture', async () => {
  const { vault, root, put, take } = await makeBoth()
  await put('log.txt', 'x'.repeat(500_000))
  let goesOn = true
  const writing = (async () => {
    // Its time is put back, so that it looks as if it were at rest.
    for (let line = 0; goesOn; line += 1) {
      await appendFile(join(root, 'log.txt'), `${line}\n`)
      const time = new Date(Date.now() - 60_000 - line)
      await utimes(join(root, 'log.txt'), time, time)
    }
  })()
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const taken = await take('log.txt').catch((error: { code: string }) => error)
    if (taken !== null && 'code' in taken) expect(taken.code).toBe('item_changing')
    else if (taken !== null) expect(await vault.has(taken.sha256, taken.object.size)).toBe(true)
  }
  goesOn = false
  await writing
})

test('threads that were stopped refuse, and leave nothing running', async () => {
  const stopped = new FolderWorkers({ threads: 1 })
  await stopped.close()
  const { temp } = await makeBoth()
  const store = new FolderStore({ root: temp.path, clock: systemClock(), random: systemRandom(), workers: stopped })
  await expect(store.list({}).next()).rejects.toThrow('stopped')
})

test('a call that fails takes no other with it', async () => {
  const { root, put, take } = await makeBoth()
  await put('a.txt', 'a')
  const answers = await Promise.allSettled([
    workers.run('walk', null as never),
    ...Array.from({ length: 20 }, () => take('a.txt')),
  ])
  expect(answers[0]?.status).toBe('rejected')
  expect(answers.slice(1).every(({ status }) => status === 'fulfilled')).toBe(true)
  expect(await readdir(root)).toEqual(['a.txt'])
})
