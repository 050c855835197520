import { join } from 'node:path'
import { type StoreId, systemClock, systemRandom } from '@syncwatch/core'
import { createPool, migrate, query } from '@syncwatch/database'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { FolderStore, type FolderWorkers } from '@syncwatch/stores/folder'
import { SharpInspector } from '@syncwatch/stores/media'
import { FolderVault } from '@syncwatch/stores/vault-folder'
import { BidirectionalSyncService, StoreCatalog } from '@syncwatch/sync'
import type pg from 'pg'
import { type Contestant, seconds } from './contestant.ts'

export interface OursOptions {
  readonly durability: 'full' | 'relaxed'
  /** A Postgres server with fsync on; each measurement gets a database of its own. */
  readonly serverUrl: string
  /** The threads of the process, started once as a server does. */
  readonly workers: FolderWorkers
}

/** Both folders as stores of one library with its own vault, content `full`; what a run has done is committed when it ends. */
export function ours({ durability, serverUrl, workers }: OursOptions): Contestant {
  return {
    name: `syncwatch (${durability})`,
    measure: async (left, right, work) => {
      const database = await createDatabase(serverUrl)
      const status = createSyncStatusManager({ pool: database.pool })
      await status.start()
      try {
        const stores = await connect(database.pool, left, right)
        const service = await makeService(database.pool, join(work, 'vault'), durability, workers)
        const sync = async () => {
          for (const store of stores) await syncStore(service, status, store)
        }
        const first = await seconds(sync)
        await assertLedger(database.pool)
        return { first, unchanged: await seconds(sync) }
      } finally {
        await status.stop()
        await database.close()
      }
    },
  }
}

/** It stays until the server goes: a few hundred files that vanish slow down whoever makes files after that, see `main.ts`. */
async function createDatabase(serverUrl: string): Promise<{ pool: pg.Pool; close(): Promise<void> }> {
  const name = `bench_${systemRandom().uuid().replaceAll('-', '_')}`
  const admin = createPool({ url: serverUrl, max: 1 })
  await makeTemplate(admin, serverUrl)
  await query(admin, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`)
  const pool = createPool({ url: urlOf(serverUrl, name), max: 10 })
  await admin.end()
  return { pool, close: () => pool.end() }
}

const TEMPLATE = 'bench_template'

/** Migrated once: each measurement begins with a copy of it. */
async function makeTemplate(admin: pg.Pool, serverUrl: string): Promise<void> {
  const there = await query(admin, 'SELECT FROM pg_database WHERE datname = $1', [TEMPLATE])
  if (there.length > 0) return
  await query(admin, `CREATE DATABASE ${TEMPLATE}`)
  const pool = createPool({ url: urlOf(serverUrl, TEMPLATE), max: 1 })
  await migrate(pool, { sets: ['status', 'media'] })
  await pool.end()
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

async function connect(pool: pg.Pool, left: string, right: string): Promise<StoreId[]> {
  const catalog = new StoreCatalog(pool)
  const ids: StoreId[] = []
  for (const [name, location] of [
    ['left', left],
    ['right', right],
  ] as const)
    ids.push((await catalog.create({ name, kind: 'folder', location, mode: 'two-way', content_mode: 'full' })).id)
  return ids
}

async function makeService(
  pool: pg.Pool,
  vaultRoot: string,
  durability: 'full' | 'relaxed',
  workers: FolderWorkers,
): Promise<BidirectionalSyncService> {
  const clock = systemClock()
  const random = systemRandom()
  return new BidirectionalSyncService({
    pool,
    vault: await FolderVault.open({ root: vaultRoot, clock, random }),
    inspector: new SharpInspector(),
    clock,
    random,
    durability,
    openStore: async ({ location }) => new FolderStore({ root: location, clock, random, workers }),
  })
}

async function syncStore(service: BidirectionalSyncService, status: SyncStatusManager, store: StoreId): Promise<void> {
  const id = await status.createSyncOperation({ operation_type: 'full_sync' })
  const ended = await service.performFullSync(store, await status.claim(id))
  if (ended.status !== 'completed') throw new Error(`The run ended ${ended.status}: ${ended.message}`)
}

/** Both stores agree with the library about everything, or the time says nothing. */
async function assertLedger(pool: pg.Pool): Promise<void> {
  const [found] = await query<{ assets: number; replicas: number }>(
    pool,
    `SELECT (SELECT count(*)::int FROM syncwatch.media_assets) AS assets,
            (SELECT count(*)::int FROM syncwatch.media_replicas WHERE state = 'present') AS replicas`,
  )
  if (found === undefined || found.assets === 0 || found.replicas !== 2 * found.assets)
    throw new Error(`The ledger is not complete: ${JSON.stringify(found)}`)
}
