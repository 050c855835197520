import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemClock, systemRandom } from '@syncwatch/core'
import { storeContract } from '@syncwatch/sync/contract'
import { makeTempFolder } from '@syncwatch/testkit'
import { FolderStore } from '../src/folder/index.ts'

storeContract('folder', async () => {
  const temp = await makeTempFolder('folder-contract')
  const root = join(temp.path, 'root')
  await mkdir(root)
  let age = 100_000
  return {
    store: new FolderStore({ root, clock: systemClock(), random: systemRandom() }),
    write: async (key, content) => {
      const path = join(root, key)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
      age -= 1000
      const time = new Date(Date.now() - age)
      await utimes(path, time, time)
    },
    delete: (key) => rm(join(root, key)),
    takeAway: () => rename(root, join(temp.path, 'elsewhere')),
    dispose: () => temp.remove(),
  }
})
