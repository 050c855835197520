import { systemClock, systemRandom } from '@syncwatch/core'
import { createPool } from '@syncwatch/database'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { BidirectionalSyncService, StoreCatalog } from '@syncwatch/sync'
import { createJobs, StoresFollow, type SyncJobs } from '@syncwatch/sync/jobs'
import type { Pool } from 'pg'
import { FolderStore } from '../../src/folder/index.ts'
import { SharpInspector } from '../../src/media/index.ts'
import { FolderVault } from '../../src/vault-folder/index.ts'
import { GatedReads } from './gated-reads.ts'

/** One node as the server composes it, with a gate before its reads so that a test can step in. */
export interface SyncNode {
  readonly pool: Pool
  readonly status: SyncStatusManager
  readonly jobs: SyncJobs
  /** Looks when it is started, and when it is told. */
  readonly follow: StoresFollow
  /** What the jobs told of failures in the background. */
  readonly errors: Error[]
  stop(): Promise<void>
}

export interface SyncNodeOptions {
  url: string
  vaultRoot: string
  reads?: GatedReads
  concurrency?: number
  soleNode?: boolean
}

export async function startSyncNode(options: SyncNodeOptions): Promise<SyncNode> {
  const clock = systemClock()
  const random = systemRandom()
  const reads = options.reads ?? new GatedReads()
  const errors: Error[] = []
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
    onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
    openStore: async (record) => reads.wrap(new FolderStore({ root: record.location, clock, random, settleMs: 0 })),
  })
  const jobs = createJobs({
    pool,
    status,
    service,
    clock,
    concurrency: options.concurrency ?? 2,
    soleNode: options.soleNode ?? false,
    onError: (error) => errors.push(error),
    onPerformed: async (storeId, asset) => {
      if (asset === null) follow.ran()
      else await follow.assetSynced(storeId, asset)
    },
  })
  const follow = new StoresFollow({
    pool,
    status,
    clock,
    catalog: new StoreCatalog(pool),
    enqueueSync: (id, by) => jobs.enqueueUnlessPaused(id, by),
    enqueueAsset: (id, asset, by) => jobs.enqueueAsset(id, asset, by),
    onError: (error) => errors.push(error as Error),
  })
  await jobs.start()
  const stop = async () => {
    await follow.stop()
    await jobs.stop()
    await status.stop()
    await pool.end()
  }
  return { pool, status, jobs, follow, errors, stop }
}
