import { type ErrorCode, isSyncwatchError, type Random, type SyncwatchError } from '@syncwatch/core'
import type { PlannedRow } from '../plan/planned-row.ts'
import type { ReconcilePolicy } from '../reconcile/comparison.ts'
import type { Decision } from '../reconcile/decision.ts'
import { reconcile } from '../reconcile/reconcile.ts'
import type { Outcome, TakenContent } from './outcome.ts'
import { type TakeInOptions, takeIn } from './take-in.ts'

export interface PerformOptions extends Omit<TakeInOptions, 'keep' | 'onBytes'> {
  readonly policy: ReconcilePolicy
  readonly contentMode: 'full' | 'reference'
  readonly random: Random
  /** Told of bytes as they are read, so that a large file shows that it moves. */
  onBytes(row: PlannedRow, count: number): void
}

/** Failures of one asset. Everything else ends the run: a store, a disk or a database that is not there. */
const ITEM_FAILURES: ReadonlySet<ErrorCode> = new Set([
  'item_unreadable',
  'item_name_invalid',
  'item_outside_root',
  'item_not_a_file',
  'timeout',
  'rate_limited',
])
/** What the next run will find settled. */
const ITEM_SKIPS: ReadonlySet<ErrorCode> = new Set(['item_not_found', 'item_changing'])

/** Decides about one row and does it, up to but without the commit. Rejects only with what ends the run. */
export async function performRow(row: PlannedRow, options: PerformOptions): Promise<Outcome> {
  try {
    return await settle(row, reconcile(row.comparison, options.policy), options)
  } catch (error) {
    if (options.signal.aborted || !isSyncwatchError(error)) throw error
    if (ITEM_SKIPS.has(error.code)) return unsettled('skipped', row, error)
    if (ITEM_FAILURES.has(error.code)) return unsettled('failed', row, error)
    throw error
  }
}

async function settle(row: PlannedRow, decision: Decision, options: PerformOptions): Promise<Outcome> {
  switch (decision.kind) {
    case 'nothing':
      return { kind: 'nothing', row }
    case 'hold':
      return { kind: 'held', row, reason: decision.reason }
    case 'push':
      // Writing back is not built: the decision stands in the ledger as a difference.
      return { kind: 'held', row, reason: 'write_back' }
    case 'hash':
    case 'pull':
    case 'adopt':
    case 'refresh':
      return settleWithContent(row, decision, options)
  }
}

/** The first decision was made without the content. Read it, and decide again knowing it. */
async function settleWithContent(row: PlannedRow, first: Decision, options: PerformOptions): Promise<Outcome> {
  const full = options.contentMode === 'full'
  const onBytes = (count: number) => options.onBytes(row, count)
  const content = await takeIn(row.key, { ...options, onBytes, keep: full && first.kind === 'pull' })
  const store = { version: content.object.version, sha256: content.sha256 }
  const decision = reconcile({ ...row.comparison, store }, options.policy)
  switch (decision.kind) {
    case 'pull':
      return decision.ifRevision === null || row.assetId === null
        ? { kind: 'created', row, assetId: options.random.uuid(), content }
        : { kind: 'updated', row, assetId: row.assetId, ifRevision: decision.ifRevision, content }
    case 'adopt':
    case 'refresh':
      return agree(decision.kind === 'adopt' ? 'adopted' : 'refreshed', row, content, options)
    case 'nothing':
      return agree('refreshed', row, content, options)
    case 'hold':
      return { kind: 'held', row, reason: decision.reason }
    case 'push':
      return { kind: 'held', row, reason: 'write_back' }
    case 'hash':
      throw new Error('A decision that knows the content cannot ask for it.')
  }
}

async function agree(
  kind: 'adopted' | 'refreshed',
  row: PlannedRow,
  content: TakenContent,
  options: PerformOptions,
): Promise<Outcome> {
  if (row.assetId === null) return { kind: 'nothing', row }
  const kept = options.contentMode === 'reference' || (await options.vault.has(content.sha256, content.size))
  // The library knew the content from a store that only refers to it: this one makes it the vault's.
  const whole = kept ? content : await takeIn(row.key, { ...options, onBytes: () => {}, keep: true })
  return whole.sha256 === content.sha256
    ? { kind, row, assetId: row.assetId, content: whole }
    : { kind: 'skipped', row, code: 'item_changing', message: `"${row.key}" changed while it was read.` }
}

function unsettled(kind: 'failed' | 'skipped', row: PlannedRow, error: SyncwatchError): Outcome {
  return { kind, row, code: error.code, message: error.message }
}
