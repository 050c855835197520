import { type Clock, type ErrorCode, isSyncwatchError, type Random } from '@syncwatch/core'
import type { OperationRun } from '@syncwatch/status-manager'
import pLimit from 'p-limit'
import { NO_ENTRY } from './execute/outcome.ts'
import { retryingStore } from './execute/retrying-store.ts'
import { takeIn } from './execute/take-in.ts'
import { takeInHand, withContent } from './execute/trees-in-hand.ts'
import { compareOptions } from './full-sync.ts'
import { listIntoLedger } from './list-into-ledger.ts'
import type { Ledger, LedgerEntry, LedgerRun, PlannedRow } from './ports/ledger.ts'
import type { MediaInspector } from './ports/media-inspector.ts'
import type { Store } from './ports/store.ts'
import type { Vault } from './ports/vault.ts'
import { recogniseOnly } from './recognise-store.ts'
import { settle } from './reconcile/settle.ts'
import type { StoreRecord } from './stores/store-record.ts'
import { scopeOf } from './stores/store-scope.ts'

const PAGE = 500

export interface VerifyOptions {
  readonly ledger: Ledger
  readonly record: StoreRecord
  readonly store: Store
  readonly vault: Vault
  readonly inspector: MediaInspector
  readonly run: Pick<OperationRun, 'id' | 'progress' | 'items' | 'held'>
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  readonly concurrency: number
  /** `metadata`: by versions, as a run compares. `full`: every object is read and hashed. */
  readonly content: 'metadata' | 'full'
}

/** What a verification found, in numbers. The things themselves are items of the operation. */
export interface VerifyResult {
  readonly checked: number
  readonly inSync: number
  readonly differing: number
  readonly missingInStore: number
  readonly missingInLibrary: number
  readonly unreadable: number
  /** Whether the listing missed nothing: otherwise what it did not show was not looked at. */
  readonly complete: boolean
}

type Finding = 'in_sync' | 'differs' | 'missing_in_store' | 'missing_in_library' | 'unreadable'

const SAYS: Record<Exclude<Finding, 'in_sync'>, { code: ErrorCode; message: string }> = {
  differs: { code: 'asset_changed', message: 'The store and the library differ.' },
  missing_in_store: { code: 'item_not_found', message: 'It is missing in the store.' },
  missing_in_library: { code: 'asset_not_found', message: 'It is missing in the library.' },
  unreadable: { code: 'item_unreadable', message: 'It could not be read.' },
}

/** Compares a store with the library and changes nothing of either: only what is known of their agreement is written. */
export async function verifyStore(options: VerifyOptions): Promise<VerifyResult> {
  const { ledger, record, signal, run } = options
  const startedAt = new Date(options.clock.now())
  const store = retryingStore(options.store, options)
  await recogniseOnly(store, record, signal)
  const ledgerRun = await ledger.open(record.id, scopeOf(record))
  try {
    await run.progress({ phase: 'listing', message: `Listing ${record.name}` })
    const onListed = (listed: number) => run.progress({ message: `Listed ${listed} files` })
    const listing = await listIntoLedger({ store, signal, onListed, onProblems: async () => {} }, record, ledgerRun)
    const everything = {
      ...compareOptions(store, record, listing.complete),
      listing: 'strong',
      everything: true,
    } as const
    const compared = await ledgerRun.compare(everything)
    await run.progress({ phase: 'verifying', message: `Verifying ${record.name}`, total_items: compared.rows })
    const found = await verifyAll({ ...options, store }, ledgerRun)
    const differing = found.checked - found.inSync
    await ledgerRun.finish({
      operationId: run.id,
      startedAt,
      complete: listing.complete ? { listed: listing.listed, differed: differing } : null,
      unsettled: differing,
      failed: found.unreadable,
      changed: false,
    })
    return { ...found, complete: listing.complete }
  } finally {
    await ledgerRun.close().catch(() => undefined)
  }
}

async function verifyAll(options: VerifyOptions, ledgerRun: LedgerRun): Promise<Omit<VerifyResult, 'complete'>> {
  const { signal, run, concurrency } = options
  const counts: Record<Finding, number> = {
    in_sync: 0,
    differs: 0,
    missing_in_store: 0,
    missing_in_library: 0,
    unreadable: 0,
  }
  const limit = pLimit(concurrency)
  let checked = 0
  for (let last = 0; ; ) {
    const rows = await ledgerRun.read(last, PAGE)
    if (rows.length === 0) break
    last = rows.at(-1)?.seq ?? last
    const findings = await Promise.all(
      rows.map((row) => limit(async () => ({ row, finding: await look(row, options) }))),
    )
    signal.throwIfAborted()
    for (const { finding } of findings) counts[finding] += 1
    checked += rows.length
    const entries = findings
      .map(({ row, finding }) => entryOf(row, finding, options))
      .filter((entry) => entry !== NO_ENTRY)
    if (entries.length > 0) await ledgerRun.commit(entries)
    await run.progress({ processed_items: checked, failed_items: counts.unreadable })
  }
  return {
    checked,
    inSync: counts.in_sync,
    differing: counts.differs,
    missingInStore: counts.missing_in_store,
    missingInLibrary: counts.missing_in_library,
    unreadable: counts.unreadable,
  }
}

async function look(row: PlannedRow, options: VerifyOptions): Promise<Finding> {
  const { record, store, signal, content } = options
  signal.throwIfAborted()
  const policy = { mode: record.mode, conflicts: record.conflict_policy }
  const { library, store: side } = row.trees
  if (side === 'absent') return library === null || library.trashed ? 'in_sync' : 'missing_in_store'
  if (library === null || library.trashed) return 'missing_in_library'
  const hand = takeInHand(row, store)
  if (content === 'metadata' || row.object === null)
    return settle(hand.trees, policy).kind === 'nothing' ? 'in_sync' : 'differs'
  try {
    const taken = await takeIn(row.object.key, { ...options, keep: false, durability: 'relaxed', onBytes: () => {} })
    if (library.sha256 !== null && taken.sha256 !== library.sha256) return 'differs'
    const settled = settle(withContent(hand, taken, store).trees, policy)
    return settled.kind === 'nothing' || isBookkeeping(settled) ? 'in_sync' : 'differs'
  } catch (error) {
    if (signal.aborted || !isSyncwatchError(error)) throw error
    if (error.code === 'item_not_found') return 'missing_in_store'
    if (error.code === 'store_unavailable') throw error
    return 'unreadable'
  }
}

/** Both sides are the same; only the base does not know it yet. */
function isBookkeeping(settlement: ReturnType<typeof settle>): boolean {
  return settlement.kind === 'settle' && settlement.library.kind === 'none' && settlement.store.kind === 'none'
}

function entryOf(row: PlannedRow, finding: Finding, { content }: VerifyOptions): LedgerEntry {
  const replicaId = row.trees.base === null ? null : row.replicaId
  if (finding === 'in_sync') {
    // A complete listing verifies all that is not different; only what was read, or differed before, is written.
    const told = replicaId !== null && (content === 'full' || row.knownToDiffer)
    return told ? { ...NO_ENTRY, bases: [{ kind: 'verified', replicaId }] } : NO_ENTRY
  }
  const { code, message } = SAYS[finding]
  const state = finding === 'unreadable' ? 'failed' : 'skipped'
  return {
    ...NO_ENTRY,
    bases: replicaId === null ? [] : [{ kind: 'differs', replicaId, code }],
    item: { item_key: row.key, action: 'verify', state, error_code: code, error_message: message },
  }
}
