import { byteWords, type Clock, type Random, type StoreId, SyncwatchError } from '@syncwatch/core'
import type { OperationRun } from '@syncwatch/status-manager'
import { executePlan } from './execute/execute-plan.ts'
import { guardedRun } from './execute/guarded-run.ts'
import { problemReport } from './execute/item-report.ts'
import { retryingStore } from './execute/retrying-store.ts'
import { runMessage } from './execute/run-message.ts'
import type { RunTally } from './execute/run-tally.ts'
import type { Guards } from './execute/settle-row.ts'
import { type Listed, listIntoLedger } from './list-into-ledger.ts'
import type { ClosedGate, GateEvidence } from './plan/gate.ts'
import { evaluateGates } from './plan/gates.ts'
import type { Compared, CompareOptions, Ledger, LedgerRun, PlannedRow } from './ports/ledger.ts'
import type { MediaInspector } from './ports/media-inspector.ts'
import type { OtherStores } from './ports/other-stores.ts'
import type { Store } from './ports/store.ts'
import type { StoreTurn, StoreTurns } from './ports/store-turns.ts'
import type { Vault } from './ports/vault.ts'
import { assertNoOtherStore, assertStillTheStore, recognise } from './recognise-store.ts'
import type { StoreRecord } from './stores/store-record.ts'
import { scopeOf } from './stores/store-scope.ts'

/** What a run leaves free on the vault's disk. */
const HEADROOM_BYTES = 64_000_000
/** What a run works on is kept from others by name; where it is more than this, by its plan. */
const MOST_NAMED = 500

export interface FullSyncOptions {
  readonly ledger: Ledger
  readonly storeId: StoreId
  readonly store: Store
  readonly vault: Vault
  /** Where bytes are that the vault does not keep. */
  readonly otherStores?: OtherStores | undefined
  /** Needed where single assets are synced beside runs. */
  readonly turns?: StoreTurns | undefined
  readonly inspector: MediaInspector
  readonly run: Pick<OperationRun, 'id' | 'progress' | 'items' | 'signal' | 'held'>
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
  /** Whether content came into the library. */
  readonly imported: boolean
  /** Gates that were closed and held something back. */
  readonly gates: readonly ClosedGate[]
}

/**
 * One run over a store: list, compare, do, and remember. It needs nothing but its ports, so that it runs over Postgres and in the
 * simulator alike. Nothing of it is kept between runs but what is committed.
 */
export async function fullSync(options: FullSyncOptions): Promise<FullSyncResult> {
  const startedAt = new Date(options.clock.now())
  const { ledger, storeId, signal, tally, run } = options
  signal.throwIfAborted()
  const record = await ledger.store(storeId)
  const whole = { ...options, store: retryingStore(options.store, options) }
  const { recognised, identity } = await recognise(whole, record)
  const restored = recognised === 'restored'
  const opened = await ledger.open(storeId, scopeOf(record))
  const ledgerRun = guardedRun(opened, () => assertNoOtherStore(whole, record, identity))
  let turn: StoreTurn | undefined
  try {
    const listing = await list(whole, record, ledgerRun)
    await assertStillTheStore(whole, record, identity)
    // What somebody else has written and not committed yet would look like a change of the store's.
    turn = await options.turns?.begin(signal)
    const released = await ledgerRun.releaseOutside()
    const compared = await compare(whole, record, ledgerRun, listing, restored)
    if (compared.rows > MOST_NAMED) await turn?.narrowToPlan()
    else await turn?.narrow(namesOf(await ledgerRun.read(0, MOST_NAMED)))
    const gates = evaluateGates(evidenceOf({ record, listing, compared, identity: recognised, markerSeen: true }))
    const held = await perform(whole, record, ledgerRun, listing, compared, { gates, restored })
    await run.progress({ phase: 'finishing', ...tally.progress() })
    await ledgerRun.hold(gates)
    if (restored && listing.complete) await ledger.recordIdentity(storeId, identity)
    if (compared.scopeChanged) await ledgerRun.adoptScope()
    await ledgerRun.finish({
      operationId: run.id,
      startedAt,
      complete: listing.complete ? { listed: listing.listed, differed: compared.rows } : null,
      unsettled: tally.unsettled,
      failed: tally.failedItems,
      changed: tally.changed || released > 0,
    })
    return summary({ listing, tally, gates, held, restored })
  } finally {
    await turn?.end()
    // Left behind when the database is away, and dropped by the next run then.
    await ledgerRun.close().catch(() => undefined)
  }
}

/** Under which names others would work on the same things. */
function namesOf(rows: readonly PlannedRow[]): string[] {
  const names = rows.flatMap(({ assetId, key, object, trees }) => [
    assetId,
    key,
    object?.key,
    trees.base?.key,
    trees.library?.key,
  ])
  return [...new Set(names.filter((name) => name !== null && name !== undefined))]
}

async function list(options: FullSyncOptions, record: StoreRecord, ledgerRun: LedgerRun): Promise<Listed> {
  const { run, store, signal, tally } = options
  await run.progress({ phase: 'listing', message: `Listing ${record.name}` })
  return listIntoLedger(
    {
      store,
      signal,
      onListed: (listed) => run.progress({ message: `Listed ${listed} files` }),
      onProblems: async (problems) => {
        const reports = problems.map(problemReport)
        for (const report of reports) tally.countProblem(report.state === 'failed')
        await run.items(reports)
      },
    },
    record,
    ledgerRun,
  )
}

/** How a whole store is compared, by what it can do. */
export function compareOptions(
  { capabilities }: Pick<Store, 'capabilities'>,
  { mode }: Pick<StoreRecord, 'mode'>,
  complete: boolean,
): CompareOptions {
  const { ids, listing, names } = capabilities
  return { complete, ids, listing, names, outward: mode !== 'pull', only: null, everything: false }
}

async function compare(
  options: FullSyncOptions,
  record: StoreRecord,
  ledgerRun: LedgerRun,
  listing: Listed,
  restored: boolean,
): Promise<Compared> {
  const { run, store } = options
  await run.progress({ phase: 'comparing', message: `Comparing ${listing.listed} files` })
  const whole = compareOptions(store, record, listing.complete)
  // What was put back has ids of its own, which may be those that other things had.
  const compared = await ledgerRun.compare(restored ? { ...whole, ids: 'none' } : whole)
  if (record.content_mode === 'full') await assertRoom(options.vault, compared.storeBytes)
  return compared
}

/** A run that would fill the disk refuses before it has begun. */
async function assertRoom(vault: Vault, bytes: number): Promise<void> {
  if (bytes === 0) return
  const free = await vault.freeBytes()
  if (free === null || free > bytes + HEADROOM_BYTES) return
  throw new SyncwatchError(
    'disk_full',
    `Up to ${byteWords(bytes)} are to be copied and ${byteWords(HEADROOM_BYTES)} to be left free, but only ${byteWords(free)} are free on the vault's disk. Free some space.`,
    { details: { needed: bytes, free, headroom: HEADROOM_BYTES } },
  )
}

export interface Evidence {
  readonly record: StoreRecord
  readonly listing: Listed
  readonly compared: Compared
  readonly identity: 'first' | 'same' | 'restored'
  readonly markerSeen: boolean
}

export function evidenceOf({ record, listing, compared, identity, markerSeen }: Evidence): GateEvidence {
  const { counts, inferredDeletes24h, libraryDeletes24h, scopeChanged } = compared
  return {
    counts,
    listing: { ...listing, markerSeen },
    inferredDeletes24h,
    libraryDeletes24h,
    deleteLimit: record.delete_limit,
    scopeChanged,
    identity,
  }
}

async function perform(
  options: FullSyncOptions,
  record: StoreRecord,
  ledgerRun: LedgerRun,
  listing: Listed,
  compared: Compared,
  guards: Pick<Guards, 'gates' | 'restored'>,
): Promise<number> {
  const { run, tally } = options
  // Everything that was listed counts; what does not differ is processed by having been compared.
  const unchanged = Math.max(0, listing.listed - compared.seen)
  const total_items = tally.processedItems + unchanged + compared.rows
  tally.processedItems += unchanged
  await run.progress({
    phase: 'syncing',
    message: `Syncing ${record.name}`,
    total_items,
    total_bytes: compared.storeBytes + compared.libraryBytes,
    ...tally.progress(),
  })
  const policy = { mode: record.mode, conflicts: record.conflict_policy }
  const approval = guards.gates.length === 0 ? null : await ledgerRun.approval()
  return executePlan({
    ...options,
    record,
    ledger: ledgerRun,
    guards: { ...guards, approval, policy },
    onProgress: () => run.progress(tally.progress()),
  })
}

interface Ending {
  readonly listing: Listed
  readonly tally: RunTally
  readonly gates: readonly ClosedGate[]
  /** How many rows gates hold back. */
  readonly held: number
  readonly restored: boolean
}

function summary({ listing, tally, gates, held, restored }: Ending): FullSyncResult {
  const kept = tally.of('held') - held
  const why = gates.map(({ gate, message }) => `gate ${gate}: ${message.replace(/\.$/, '')}`)
  const warnings = [
    restored ? 'the store was put back from a backup or copied, so nothing was deleted or overwritten' : '',
    tally.failedItems > 0 ? `${tally.failedItems} could not be synced` : '',
    tally.passedOver > 0 ? `${tally.passedOver} were passed over` : '',
    kept > 0 ? `${kept} differ and are held back` : '',
    held > 0 ? `${held} wait for approval (${[...new Set(why)].join('; ')})` : '',
    listing.complete ? '' : 'the listing was not complete, so nothing was concluded from what it did not show',
  ].filter((part) => part !== '')
  return {
    message: runMessage(tally, held),
    warning: warnings.length === 0 ? null : `${warnings.join('; ')}. See the items for the reasons.`,
    imported: tally.of('imported') + tally.of('updated') + tally.of('copied') > 0,
    gates: held > 0 ? gates : [],
  }
}
