import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@syncwatch/core'
import { vaultContract } from '@syncwatch/sync/contract'
import { makeTempFolder } from '@syncwatch/testkit'
import { FolderVault } from '../src/vault-folder/index.ts'

vaultContract('folder', async () => {
  const temp = await makeTempFolder('vault-contract')
  const vault = await FolderVault.open({ root: temp.path, clock: systemClock(), random: systemRandom() })
  return {
    vault,
    count: async () => {
      const entries = await readdir(join(temp.path, 'content'), { recursive: true, withFileTypes: true })
      return {
        contents: entries.filter((entry) => entry.isFile()).length,
        temporary: (await readdir(join(temp.path, 'tmp'))).length,
      }
    },
    dispose: () => temp.remove(),
  }
})
