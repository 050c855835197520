import { type Clock, type Random, SyncwatchError } from '@syncwatch/core'
import type { OperationRun } from '@syncwatch/status-manager'
import type { Pool } from 'pg'
import { executePlan } from './execute/execute-plan.ts'
import { problemReport } from './execute/item-report.ts'
import type { RunTally } from './execute/run-tally.ts'
import { type Differences, findDifferences } from './plan/find-differences.ts'
import { createRunTables, dropRunTables, type RunTables } from './plan/run-tables.ts'
import { type StagedListing, stageListing } from './plan/stage-listing.ts'
import type { MediaInspector } from './ports/media-inspector.ts'
import type { Store } from './ports/store.ts'
import type { Vault } from './ports/vault.ts'
import { recogniseStore } from './reconcile/same-store.ts'
import type { StoreCatalog } from './stores/store-catalog.ts'
import type { StoreRecord } from './stores/store-record.ts'

/** What a run leaves free on the vault's disk. */
const HEADROOM_BYTES = 64 * 1024 * 1024

export interface FullSyncOptions {
  readonly pool: Pool
  readonly catalog: StoreCatalog
  readonly record: StoreRecord
  readonly store: Store
  readonly vault: Vault
  readonly inspector: MediaInspector
  readonly run: OperationRun
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  readonly durability: 'full' | 'relaxed'
  /** How many files are worked on at once. */
  readonly concurrency: number
  /** Counts on, so that who ends the run can tell how far it came however it ends. */
  readonly tally: RunTally
}

/** What a run came to, in words for a person and in counts. */
export interface FullSyncResult {
  readonly message: string
  readonly warning: string | null
  readonly imported: boolean
}

/** One run over a store: list, compare, do, and remember. Nothing of it is kept between runs but what is committed. */
export async function fullSync(options: FullSyncOptions): Promise<FullSyncResult> {
  const { tally } = options
  const startedAt = new Date(options.clock.now())
  await recognise(options)
  const tables = await createRunTables(options.pool, options.record.id, options.random)
  try {
    const listing = await list(options, tables, tally)
    const differences = await compare(options, tables, listing)
    await bringIn(options, tables, tally, listing, differences)
    await options.run.progress({ phase: 'finishing', ...tally.progress() })
    if (listing.complete) await options.catalog.clearDifferences(options.record.id, tables.plan)
    await options.catalog.finish(options.record.id, {
      operationId: options.run.id,
      startedAt,
      complete: listing.complete ? { listed: listing.listed, differed: differences.count } : null,
      unsettled: tally.unsettled,
      failed: tally.failedItems,
      changed: differences.count > 0,
    })
    return summary(listing, tally)
  } finally {
    // Left behind when the database is away, and dropped by the next run then.
    await dropRunTables(options.pool, tables).catch(() => undefined)
  }
}

/** Gate 9: another store at this place, or none, ends the run before anything is compared. */
async function recognise({ store, record, catalog, signal }: FullSyncOptions): Promise<void> {
  const known = record.identity
  const seen = await store.identity({ create: known.marker === null && known.place === null, signal })
  switch (recogniseStore(known, seen)) {
    case 'missing':
      throw new SyncwatchError(
        'store_unavailable',
        `${record.location} is not the place it was: the file that marks this store is missing there. Is the disk mounted?`,
      )
    case 'replaced':
      throw new SyncwatchError(
        'store_replaced',
        `${record.location} holds another store than the one that was connected. Nothing was changed.`,
      )
    case 'first':
      return catalog.recordIdentity(record.id, seen)
    case 'same': {
      // The marker was lost, the place is the same: put it back, so that the store can be moved again.
      const whole =
        known.marker !== null && seen.marker === null ? await store.identity({ create: true, signal }) : seen
      return catalog.recordIdentity(record.id, { marker: whole.marker ?? null, place: whole.place })
    }
  }
}

async function list(options: FullSyncOptions, tables: RunTables, tally: RunTally): Promise<StagedListing> {
  const { run, pool, store, signal } = options
  await run.progress({ phase: 'listing', message: `Listing ${options.record.name}` })
  return stageListing({
    pool,
    store,
    tables,
    signal,
    onProgress: (listed) => run.progress({ message: `Listed ${listed} files` }),
    onProblems: async (problems) => {
      const reports = problems.map(problemReport)
      for (const report of reports) tally.countProblem(report.state === 'failed')
      await run.items(reports)
    },
  })
}

async function compare(options: FullSyncOptions, tables: RunTables, listing: StagedListing): Promise<Differences> {
  const { run, pool, record } = options
  await run.progress({ phase: 'comparing', message: `Comparing ${listing.listed} files` })
  const differences = await findDifferences(pool, tables, {
    storeId: record.id,
    complete: listing.complete,
    outward: record.mode !== 'pull',
  })
  if (record.content_mode === 'full') await assertRoom(options.vault, differences.bytes)
  return differences
}

/** A run that would fill the disk refuses before it has begun. */
async function assertRoom(vault: Vault, bytes: number): Promise<void> {
  const free = await vault.freeBytes()
  if (free === null || bytes === 0 || free > bytes + HEADROOM_BYTES) return
  throw new SyncwatchError(
    'disk_full',
    `Up to ${bytes} bytes are to be copied, but only ${free} are free on the vault's disk. Free some space.`,
    { details: { needed: bytes, free } },
  )
}

async function bringIn(
  options: FullSyncOptions,
  tables: RunTables,
  tally: RunTally,
  listing: StagedListing,
  differences: Differences,
): Promise<void> {
  // Everything that was listed counts; what does not differ is processed by having been compared.
  const unchanged = listing.listed - differences.seen
  const total_items = tally.processedItems + unchanged + differences.count
  tally.processedItems += unchanged
  await options.run.progress({
    phase: 'importing',
    message: `Importing from ${options.record.name}`,
    total_items,
    total_bytes: differences.bytes,
    ...tally.progress(),
  })
  await executePlan({ ...options, tables, tally })
}

function summary(listing: StagedListing, tally: RunTally): FullSyncResult {
  const done = [`${tally.imported} imported`, `${tally.updated} updated`]
  const message = `${listing.listed} files: ${tally.imported + tally.updated === 0 ? 'nothing to do' : done.join(', ')}`
  const warnings = [
    tally.failedItems > 0 ? `${tally.failedItems} could not be synced` : '',
    tally.skipped > 0 ? `${tally.skipped} were passed over` : '',
    tally.held > 0 ? `${tally.held} differ and are held back` : '',
    listing.complete ? '' : 'the listing was not complete, so nothing was concluded from what it did not show',
  ].filter((part) => part !== '')
  return {
    message,
    warning: warnings.length === 0 ? null : `${warnings.join('; ')}. See the items for the reasons.`,
    imported: tally.imported + tally.updated > 0,
  }
}
