import { systemClock, systemRandom } from '@syncwatch/core'
import { createPool } from '@syncwatch/database'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { BidirectionalSyncService, type Store } from '@syncwatch/sync'
import { createJobs, type SyncJobs } from '@syncwatch/sync/jobs'
import type { Pool } from 'pg'
import { FolderStore } from '../../src/folder/index.ts'
import { SharpInspector } from '../../src/media/index.ts'
import { FolderVault } from '../../src/vault-folder/index.ts'
import { wrapStore } from './wrap-store.ts'

/** One node as the server composes it, with reads made slow so that a test can step in. */
export interface SyncNode {
  readonly pool: Pool
  readonly status: SyncStatusManager
  readonly jobs: SyncJobs
  stop(): Promise<void>
}

export interface SyncNodeOptions {
  url: string
  vaultRoot: string
  readMs: number
  concurrency?: number
  soleNode?: boolean
}

export async function startSyncNode(options: SyncNodeOptions): Promise<SyncNode> {
  const clock = systemClock()
  const random = systemRandom()
  const pool = createPool({ url: options.url })
  const status = createSyncStatusManager({ pool })
  await status.start()
  const vault = await FolderVault.open({ root: options.vaultRoot, clock, random })
  const service = new BidirectionalSyncService({
    pool,
    vault,
    inspector: new SharpInspector(),
    clock,
    random,
    concurrency: 2,
    openStore: async (record) =>
      slow(new FolderStore({ root: record.location, clock, random, settleMs: 0 }), options.readMs),
  })
  const jobs = createJobs({
    pool,
    status,
    service,
    clock,
    concurrency: options.concurrency ?? 2,
    soleNode: options.soleNode ?? false,
  })
  await jobs.start()
  const stop = async () => {
    await jobs.stop()
    await status.stop()
    await pool.end()
  }
  return { pool, status, jobs, stop }
}

function slow(store: Store, milliseconds: number): Store {
  return wrapStore(store, {
    read: async (key, options) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      return store.read(key, options)
    },
  })
}
