import { appendFile, mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemRandom } from '@syncwatch/core'
import { FakeClock, makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { FolderStore } from '../src/folder/index.ts'

async function freshFile() {
  const temp = await makeTempFolder('open-file')
  const clock = new FakeClock()
  const path = join(temp.path, 'a.txt')
  await writeFile(path, 'half')
  const time = new Date(clock.now() - 100)
  await utimes(path, time, time)
  const store = new FolderStore({ root: temp.path, clock, random: systemRandom(), settleMs: 500 })
  return { temp, clock, path, store }
}

test('a file that is written to between two looks is item_changing', async () => {
  const { temp, clock, path, store } = await freshFile()
  const opened = store.read('a.txt')
  const refused = expect(opened).rejects.toMatchObject({ code: 'item_changing' })
  await waitFor(() => clock.pendingTimers > 0, { what: 'the second look to be awaited' })
  await appendFile(path, ' and more')
  await clock.advance(400)
  await refused
  await temp.remove()
})

test('a file that rests is opened when it has rested long enough, and not before', async () => {
  const { temp, clock, store } = await freshFile()
  let isOpen = false
  const opened = store.read('a.txt').then((file) => {
    isOpen = true
    return file
  })
  await waitFor(() => clock.pendingTimers > 0, { what: 'the second look to be awaited' })
  await clock.advance(399)
  expect(isOpen).toBe(false)
  await clock.advance(1)
  await (await opened).close()
  await temp.remove()
})

test('a folder on the way that became a link to the outside is not read through', async () => {
  const temp = await makeTempFolder('open-file')
  const root = join(temp.path, 'root')
  await mkdir(join(root, 'folder'), { recursive: true })
  await mkdir(join(temp.path, 'outside'))
  await writeFile(join(temp.path, 'outside/a.txt'), 'secret')
  await rename(join(root, 'folder'), join(root, 'was folder'))
  await symlink('../outside', join(root, 'folder'))
  const store = new FolderStore({ root, clock: new FakeClock(), random: systemRandom(), settleMs: 0 })
  await expect(store.read('folder/a.txt')).rejects.toMatchObject({ code: 'item_outside_root' })
  await temp.remove()
})
