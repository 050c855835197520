import { type AssetId, type Clock, type Random, SyncwatchError } from '@syncwatch/core'
import type { OperationRun } from '@syncwatch/status-manager'
import { executePlan } from './execute/execute-plan.ts'
import { guardedRun, withCalls } from './execute/guarded-run.ts'
import { retryingStore } from './execute/retrying-store.ts'
import type { RunTally } from './execute/run-tally.ts'
import { compareOptions, evidenceOf } from './full-sync.ts'
import { evaluateGates } from './plan/gates.ts'
import type { Ledger, LedgerRun } from './ports/ledger.ts'
import type { MediaInspector } from './ports/media-inspector.ts'
import type { OtherStores } from './ports/other-stores.ts'
import type { Store, StoreObject } from './ports/store.ts'
import type { Vault } from './ports/vault.ts'
import { assertNoOtherStore, recognise } from './recognise-store.ts'
import type { StoreRecord } from './stores/store-record.ts'
import { scopeOf } from './stores/store-scope.ts'

export interface SyncSingleOptions {
  readonly ledger: Ledger
  readonly record: StoreRecord
  readonly store: Store
  readonly vault: Vault
  /** Where bytes are that the vault does not keep. */
  readonly otherStores?: OtherStores | undefined
  readonly inspector: MediaInspector
  readonly run: Pick<OperationRun, 'progress' | 'held'>
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  readonly durability: 'full' | 'relaxed'
  readonly tally: RunTally
  /** The asset, if it is known, and the names that it may have in the store. */
  readonly assetId: AssetId | null
  readonly keys: readonly string[]
}

/**
 * Syncs one thing by direct reads, beside a full run of the same store. Absence is not concluded from: what is not under the name
 * that was agreed on may have been renamed, which only a listing tells. A decision that a gate guards waits for the full run, too.
 */
export async function syncSingle(options: SyncSingleOptions): Promise<void> {
  const { ledger, record, signal, tally, run } = options
  const whole = { ...options, store: retryingStore(options.store, options) }
  const { recognised, identity } = await recognise(whole, record)
  if (recognised === 'restored')
    throw new SyncwatchError(
      'store_replaced',
      `${record.location} was put back from a backup. Run it through as a whole first.`,
    )
  const scope = scopeOf(record)
  const opened = await ledger.open(record.id, scope)
  const ledgerRun = guardedRun(opened, () => assertNoOtherStore(whole, record, identity))
  try {
    const objects = await lookAt(whole)
    await ledgerRun.stage(objects)
    const { assetId, keys } = options
    const only = { assetIds: assetId === null ? [] : [assetId], keys }
    const compared = await ledgerRun.compare({ ...compareOptions(whole.store, record, true), listing: 'strong', only })
    // One look is no listing: gate 1 is closed for all that is inferred from absence.
    const listing = { listed: Math.max(1, objects.length), complete: false, sentinelSeen: null }
    const gates = evaluateGates(evidenceOf({ record, listing, compared, identity: 'same', markerSeen: true }))
    await run.progress({
      phase: 'syncing',
      total_items: compared.rows,
      total_bytes: compared.storeBytes + compared.libraryBytes,
    })
    const policy = { mode: record.mode, conflicts: record.conflict_policy }
    await executePlan({
      ...whole,
      ledger: withoutAbsences(ledgerRun),
      guards: { gates, approval: null, policy, restored: false },
      concurrency: 1,
      signal,
      onProgress: () => run.progress(tally.progress()),
    })
  } finally {
    await ledgerRun.close().catch(() => undefined)
  }
}

async function lookAt({ store, keys, signal }: SyncSingleOptions): Promise<StoreObject[]> {
  const found = await Promise.all(keys.map((key) => store.head(key, { signal }).catch(ignoreBadNames)))
  return found.flatMap((object) => object ?? [])
}

function ignoreBadNames(error: unknown): null {
  if (error instanceof SyncwatchError && (error.code === 'item_name_invalid' || error.code === 'item_outside_root'))
    return null
  throw error
}

/** What was agreed on and is not there was not seen, no more. */
function withoutAbsences(ledgerRun: LedgerRun): LedgerRun {
  const read: LedgerRun['read'] = async (after, limit) => {
    const rows = await ledgerRun.read(after, limit)
    return rows.map((row) => {
      const unknown = row.trees.base !== null && row.trees.store === 'absent' && row.trees.library?.trashed === false
      return unknown ? { ...row, trees: { ...row.trees, store: 'unknown' as const } } : row
    })
  }
  return withCalls(ledgerRun, { read })
}
