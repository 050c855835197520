import type { OperationId, StoreId } from '@syncwatch/core'
import { systemClock, systemRandom } from '@syncwatch/core'
import { createPool } from '@syncwatch/database'
import type { OperationRun } from '@syncwatch/status-manager'
import { BidirectionalSyncService } from '@syncwatch/sync'
import { FolderStore } from '../../src/folder/index.ts'
import { SharpInspector } from '../../src/media/index.ts'
import { FolderVault } from '../../src/vault-folder/index.ts'
import { wrapStore } from './wrap-store.ts'

// A run in a process of its own that is killed in the middle: node crashing-run.ts <database> <vault> <store id> <call> <nth>
// The call is one that writes to the store (`write`, `move`, `delete`, `setMetadata`), killed once the nth has been done, or `commit`.
const [url = '', vaultRoot = '', storeId = '', call = '', nth = '1'] = process.argv.slice(2)

let left = Number(nth)
async function dieAfter<Result>(name: string, work: Promise<Result>): Promise<Result> {
  const result = await work
  if (name === call && --left === 0) process.kill(process.pid, 'SIGKILL')
  return result
}

const run: OperationRun = {
  id: systemRandom().uuid() as OperationId,
  attempt: 1,
  signal: new AbortController().signal,
  held: async () => {},
  progress: async () => {},
  items: async () => {},
  itemsWithin: () => dieAfter('commit', Promise.resolve()),
  event: async () => {},
  complete: async () => undefined as never,
  release: async () => {},
}
const clock = systemClock()
const random = systemRandom()
const pool = createPool({ url })
const vault = await FolderVault.open({ root: vaultRoot, clock, random })
const service = new BidirectionalSyncService({
  pool,
  vault,
  inspector: new SharpInspector(),
  clock,
  random,
  durability: 'relaxed',
  openStore: async ({ location }) => {
    const store = new FolderStore({ root: location, clock, random, settleMs: 0 })
    return wrapStore(store, {
      write: (key, content, condition, options) => dieAfter('write', store.write(key, content, condition, options)),
      move: (from, to, version, options) => dieAfter('move', store.move(from, to, version, options)),
      delete: (key, version, options) => dieAfter('delete', store.delete(key, version, options)),
      setMetadata: (key, metadata, version, options) =>
        dieAfter('setMetadata', store.setMetadata(key, metadata, version, options)),
    })
  },
})
await service.performFullSync(storeId as StoreId, run)
await pool.end()
