import { type OperationRow, type StoreId, systemClock, systemRandom } from '@syncwatch/core'
import { createPool, query } from '@syncwatch/database'
import { createSyncStatusManager } from '@syncwatch/status-manager'
import { FolderVault } from '@syncwatch/stores/vault-folder'
import { BidirectionalSyncService } from '@syncwatch/sync'
import { answerParent } from '../support/child.ts'
import { simulatedListing } from './simulated-listing.ts'

/** A process of its own, so that its memory is that of one run and nothing else. */
const [url = '', vaultRoot = '', storeId = '', count = '0'] = process.argv.slice(2)
const clock = systemClock()
const random = systemRandom()
const pool = createPool({ url, max: 4 })
const status = createSyncStatusManager({ pool })
const vault = await FolderVault.open({ root: vaultRoot, clock, random })
const inspector = {
  sniffBytes: 0,
  sniff: async () => 'image/jpeg',
  canInspect: () => true,
  inspect: () => Promise.reject(new Error('Nothing is inspected here.')),
}
const service = new BidirectionalSyncService({
  pool,
  vault,
  inspector,
  clock,
  random,
  openStore: async () => simulatedListing(Number(count)),
})

export interface MeasuredRun {
  readonly seconds: number
  readonly rssMib: number
  /** Rows that the run wrote, by table, without the operation's own. */
  readonly written: Record<string, number>
}

const TABLES = [
  'media_assets',
  'media_replicas',
  'media_asset_versions',
  'media_derivatives',
  'media_conflicts',
  'held_plans',
  'absent_keys',
  'removals',
  'store_runs',
]

async function measure(): Promise<MeasuredRun> {
  const [at] = await query<{ xid: string }>(pool, 'SELECT pg_current_xact_id()::text AS xid')
  const id = await status.createSyncOperation({ operation_type: 'full_sync', store_id: storeId as StoreId })
  const run = await status.claim(id)
  const began = performance.now()
  const ended = await service.performFullSync(storeId as StoreId, run)
  const seconds = (performance.now() - began) / 1_000
  assertDone(ended)
  const written: Record<string, number> = {}
  for (const table of TABLES) {
    const [row] = await query<{ count: number }>(
      pool,
      `SELECT count(*) FROM syncwatch.${table} WHERE xmin::text::bigint >= $1::bigint`,
      [at?.xid],
    )
    if ((row?.count ?? 0) > 0) written[table] = row?.count ?? 0
  }
  return { seconds, rssMib: process.resourceUsage().maxRSS / 1_024, written }
}

function assertDone(operation: OperationRow): void {
  if (operation.status !== 'completed') throw new Error(`The run ended ${operation.status}: ${operation.message}`)
}

await status.start()
answerParent(measure, async () => {
  await status.stop()
  await pool.end()
})
