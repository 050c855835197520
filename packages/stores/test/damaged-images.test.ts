import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type OperationId, systemClock, systemRandom } from '@syncwatch/core'
import { MediaJobs, MediaLibrary, StoreCatalog } from '@syncwatch/sync'
import { createTestDatabase, makeTempFolder, waitFor } from '@syncwatch/testkit'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { SharpInspector } from '../src/media/index.ts'
import { FolderVault } from '../src/vault-folder/index.ts'
import { startSyncNode } from './support/sync-node.ts'

const clock = systemClock()

async function node() {
  const [temp, database] = await Promise.all([makeTempFolder('damaged'), createTestDatabase()])
  const vaultRoot = join(temp.path, 'vault')
  const folder = join(temp.path, 'photos')
  await mkdir(folder)
  const { pool, status, jobs, stop } = await startSyncNode({ url: database.url, vaultRoot })
  onTestFinished(async () => {
    await stop()
    await database.drop()
    await temp.remove()
  })
  const { id: storeId } = await new StoreCatalog(pool).create({ name: 'photos', kind: 'folder', location: folder })
  const vault = await FolderVault.open({ root: vaultRoot, clock, random: systemRandom() })
  const openStore = async () => {
    throw new Error('Everything is in the vault.')
  }
  let meanwhile = async (): Promise<unknown> => undefined
  const looks = new MediaJobs({
    pool,
    library: new MediaLibrary({ pool, vault, openStore }),
    vault,
    inspector: new SharpInspector(),
    status: {
      remarkOnItems: async (...remark) => {
        const count = await status.remarkOnItems(...remark)
        await meanwhile()
        meanwhile = async () => undefined
        return count
      },
    },
    clock,
  })
  return {
    /** Does something once, when what a look found has been told and is not yet recorded. */
    beforeItIsRecorded: (what: () => Promise<unknown>) => {
      meanwhile = what
    },
    write: (name: string, bytes: Buffer) => writeFile(join(folder, name), bytes),
    /** Runs the store through and gives the operation. */
    sync: async (): Promise<OperationId> => {
      const id = await jobs.enqueueSync(storeId)
      await waitFor(async () => (await status.getOperation(id)).status === 'completed', { what: 'the run' })
      return id
    },
    look: async () => {
      looks.start()
      await looks.drain()
      await looks.stop()
    },
    items: async (id: OperationId) =>
      (await status.listItems(id)).items
        .map(({ item_key, action, state, error_code }) => [item_key, action, state, error_code])
        .sort(),
    message: async (id: OperationId) => (await status.listItems(id)).items[0]?.error_message,
  }
}

test('the items of an image that nobody can read say so: in every run that brought it in, and from then on at once', async () => {
  const { write, sync, look, items, message } = await node()
  const good = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#4060a0' } })
    .png()
    .toBuffer()
  const cut = good.subarray(0, 60)
  await write('cut.png', cut)
  await write('good.png', good)
  const first = await sync()
  await write('second.png', cut)
  const second = await sync()
  expect(await items(second)).toEqual([['second.png', 'import', 'done', null]])
  await look()
  expect(await items(first)).toEqual([
    ['cut.png', 'import', 'done', 'media_unreadable'],
    ['good.png', 'import', 'done', null],
  ])
  expect(await items(second)).toEqual([['second.png', 'import', 'done', 'media_unreadable']])
  expect(await message(second)).toMatch(/the image is damaged/)
  // By now it is known, before anybody looks again.
  await write('third.png', cut)
  await write('good.png', cut)
  expect(await items(await sync())).toEqual([
    ['good.png', 'update', 'done', 'media_unreadable'],
    ['third.png', 'import', 'done', 'media_unreadable'],
  ])
})

test('a run that brings such an image in while it is being recorded has the remark as well', async () => {
  const { write, sync, look, items, beforeItIsRecorded } = await node()
  const good = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#4060a0' } })
    .png()
    .toBuffer()
  await write('first.png', good.subarray(0, 60))
  await sync()
  await write('second.png', good.subarray(0, 60))
  let second: OperationId | undefined
  beforeItIsRecorded(async () => {
    second = await sync()
  })
  await look()
  expect(second && (await items(second))).toEqual([['second.png', 'import', 'done', 'media_unreadable']])
})
