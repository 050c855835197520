import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemClock, systemRandom } from '@syncwatch/core'
import { type StoreUnderTest, storeContract } from '@syncwatch/sync/contract'
import { makeTempFolder } from '@syncwatch/testkit'
import { FolderStore, FolderWorkers } from '../src/folder/index.ts'

storeContract('folder', () => makeSubject())

storeContract('folder, by worker threads', async () => {
  const workers = new FolderWorkers({ threads: 2 })
  const subject = await makeSubject(workers)
  const dispose = async () => {
    await workers.close()
    await subject.dispose()
  }
  return { ...subject, dispose }
})

async function makeSubject(workers?: FolderWorkers): Promise<StoreUnderTest> {
  const temp = await makeTempFolder('folder-contract')
  const root = join(temp.path, 'root')
  await mkdir(root)
  let age = 100_000
  return {
    store: new FolderStore({ root, clock: systemClock(), random: systemRandom(), ...(workers && { workers }) }),
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
}
