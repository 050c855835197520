import {
  type ErrorCode,
  type ItemAction,
  type ItemReport,
  isSyncwatchError,
  type SyncwatchError,
} from '@syncwatch/core'
import type { ClosedGate } from '../plan/gate.ts'
import { absenceStands } from '../plan/gates.ts'
import type { Approval, HeldRow } from '../plan/held-plans.ts'
import type { BaseWrite, LedgerEntry, PlannedRow } from '../ports/ledger.ts'
import type { StoreObject } from '../ports/store.ts'
import { settle } from '../reconcile/settle.ts'
import type { HoldReason, RuleId } from '../reconcile/settlement.ts'
import type { SyncPolicy } from '../reconcile/three-trees.ts'
import { heldItem, itemOf, refusedItem, unsettledItem } from './item-report.ts'
import { changing, readObject } from './keep-content.ts'
import { lookAgain } from './look-again.ts'
import { type Did, NO_ENTRY, type Outcome } from './outcome.ts'
import { performSettlement } from './perform-settlement.ts'
import type { Performing } from './performing.ts'
import { conflictSides, type Settle } from './settled-entry.ts'
import {
  sameValue,
  type TreesInHand,
  takeInHand,
  withContent,
  withMetadata,
  withObject,
  withoutBytes,
  withoutTwin,
  withRival,
} from './trees-in-hand.ts'

/** What holds back and what lets through. */
export interface Guards {
  readonly gates: readonly ClosedGate[]
  readonly approval: Approval | null
  readonly policy: SyncPolicy
  /** The store is older than what was agreed on: what differs from that is no change of anybody's. */
  readonly restored: boolean
}

/** A settlement asks for a look at most so often: three kinds, and each again when the store changes under our eyes. */
const LOOKS = 8

/** Failures of one asset. */
const FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'item_unreadable',
  'item_unwritable',
  'item_name_invalid',
  'item_name_collision',
  'item_outside_root',
  'item_not_a_file',
  'not_found',
  'timeout',
  'rate_limited',
])
/** What the next run will find settled. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['item_not_found', 'item_changing', 'precondition_failed'])

/** Whether this is about one thing only, and not about the store, the disk or the database. */
export function isOfOneRow(code: ErrorCode): boolean {
  return PASSING.has(code) || FAILURES.has(code)
}

/** Decides about one row and does it, up to but without the commit. Rejects only with what ends the run. */
export async function settleRow(row: PlannedRow, performing: Performing, guards: Guards): Promise<Outcome> {
  const { clock, signal } = performing
  const before = clock.monotonic()
  const timed = (outcome: Omit<Outcome, 'row' | 'durationMs'>): Outcome => {
    const durationMs = Math.round(clock.monotonic() - before)
    return { ...outcome, row, durationMs, entry: withDuration(outcome.entry, durationMs) }
  }
  try {
    const now = await lookAgain(row, performing.store, signal)
    const hand = takeInHand(guards.restored ? withoutBase(now) : now, performing.store)
    return timed(await settleInHand(hand, performing, guards))
  } catch (error) {
    if (signal.aborted || !isSyncwatchError(error)) throw error
    if (PASSING.has(error.code)) return timed(unsettled('skipped', row, error))
    if (FAILURES.has(error.code)) return timed(unsettled('failed', row, error))
    throw error
  }
}

/**
 * What is in the store as it was agreed on is trusted. All else is as if it were seen for the first time: what is missing is written
 * again, what differs is a conflict, and nothing is deleted.
 */
function withoutBase(row: PlannedRow): PlannedRow {
  const { base, library, store } = row.trees
  if (base === null || library === null || library.trashed) return row
  if (typeof store !== 'string' && store.version === base.version) return row
  return { ...row, trees: { ...row.trees, base: null } }
}

type Untimed = Omit<Outcome, 'row' | 'durationMs'>

async function settleInHand(first: TreesInHand, performing: Performing, guards: Guards): Promise<Untimed> {
  // Another row of this run made it what it is, and told so.
  if (isNew(first) && first.object !== null && performing.claimed.has(first.object.key)) return NOTHING
  const conflicts = first.row.decision?.policy ?? guards.policy.conflicts
  const policy = { ...guards.policy, conflicts }
  let hand = first
  for (let looks = 0; looks < LOOKS; looks++) {
    const settlement = settle(hand.trees, policy)
    switch (settlement.kind) {
      case 'look':
        hand = await look(settlement.at, hand, performing)
        continue
      case 'nothing':
        return { did: 'nothing', held: null, waitsFor: null, entry: refreshed(hand) }
      case 'hold': {
        if (settlement.reason !== 'name_collision') return heldBack(settlement.reason, settlement.rule, hand)
        const twin = await nameTwin(hand, performing)
        if (twin !== null) return { ...heldBack('name_collision', settlement.rule, hand), waitsFor: twin.key }
        hand = withoutTwin(hand)
        continue
      }
      case 'settle': {
        if (waitsForAbsence(settlement, hand, performing)) return heldBack('absence', settlement.rule, hand)
        const gate = closedGate(settlement, hand, guards)
        if (gate !== null) return heldByGate(gate, settlement, hand)
        const approvedBy = isApproved(settlement, hand, guards) ? (guards.approval?.approvedBy ?? null) : null
        const performed = await performSettlement(settlement, hand, performing, { policy: conflicts, approvedBy })
        if (performed.kind === 'done')
          return finished(performed.did, performed.action, performed.bytes, performed.entry, hand)
        if (performed.kind === 'nowhere') {
          hand = withoutBytes(hand)
          continue
        }
        assertSameObject(hand, performed.object, performing)
        hand =
          performed.content === null
            ? withObject(hand, performed.object, performing.store)
            : withContent(hand, performed.content, performing.store)
        if (performed.rival !== null) hand = withRival(hand, performed.rival)
      }
    }
  }
  return unsettled('skipped', first.row, { code: 'item_changing', message: `"${first.row.key}" keeps changing.` })
}

const NOTHING: Untimed = { did: 'nothing', held: null, waitsFor: null, entry: NO_ENTRY }

function isNew({ row, trees }: TreesInHand): boolean {
  return trees.base === null && (row.assetId === null || trees.library?.trashed === true)
}

async function look(
  at: 'content' | 'metadata' | 'object',
  hand: TreesInHand,
  performing: Performing,
): Promise<TreesInHand> {
  const { row, object, trees } = hand
  const key = object?.key ?? trees.base?.key ?? row.key
  const { store, signal, record } = performing
  if (at === 'content') {
    // What is pulled is kept at once; what turns out to be the same is in the vault already.
    const content = await readObject(row, key, record.content_mode === 'full', performing)
    assertSameObject(hand, content.object, performing)
    return withContent(hand, content, store)
  }
  if (at === 'metadata') {
    const metadata = await store.readMetadata(key, { signal })
    const describedAt = (await store.describedAt?.(key, { signal })) ?? null
    const now = await store.head(key, { signal })
    // A listing may be behind: by now another object may have this name, and what it says is not what was asked for.
    if (now?.version !== object?.version || now?.metadataVersion !== object?.metadataVersion) throw changing(row.key)
    assertSameObject(hand, now, performing)
    return withMetadata(hand, metadata, describedAt)
  }
  const there = await store.head(key, { signal })
  const seen = withObject(hand, there, store)
  // It was seen now, so the tombstone says nothing about it any more.
  return there === null ? seen : { ...seen, trees: { ...seen.trees, tombstone: null } }
}

/** What has the name that the asset is to get, but for case or Unicode form, by now: the listing's may have left it since. */
async function nameTwin({ trees, object }: TreesInHand, { store, signal }: Performing): Promise<StoreObject | null> {
  const there = trees.library === null ? null : await store.head(trees.library.key, { signal })
  return there?.key === object?.key ? null : there
}

/** Where ids stay with their objects, another id under the same name is another thing. The next run knows whose it is. */
function assertSameObject({ row, object }: TreesInHand, now: StoreObject | null, { store }: Performing): void {
  if (store.capabilities.ids !== 'stable' || object === null || now === null) return
  if (now.remoteId !== object.remoteId) throw changing(row.key)
}

/** The two sides agree and the base says so; only the library counted on, with what this store cannot hold. */
function refreshed({ row, trees }: TreesInHand): LedgerEntry {
  const { base, library, store } = trees
  if (base === null || library === null || library.trashed || typeof store === 'string') return NO_ENTRY
  if (row.assetId === null || row.object === null) return NO_ENTRY
  const agrees =
    library.key === base.key &&
    (library.sha256 === null || library.sha256 === base.sha256) &&
    sameValue(library.metadata, base.metadata) &&
    store.key === base.key &&
    store.version === base.version &&
    store.metadataVersion === base.metadataVersion
  if (!agrees) return NO_ENTRY
  const { assetId, object } = row
  const { sha256, metadata } = base
  return { ...NO_ENTRY, bases: [{ kind: 'agree', assetId, object, sha256, metadata, revision: library.revision }] }
}

/** Gate 3, for one object. */
function waitsForAbsence({ library }: Settle, { row }: TreesInHand, { store }: Performing): boolean {
  return library.kind === 'trash' && !absenceStands(store.capabilities.listing, row.missingForMs)
}

function closedGate(settlement: Settle, hand: TreesInHand, guards: Guards): ClosedGate | null {
  if (guards.gates.length === 0 || isApproved(settlement, hand, guards)) return null
  const guarded = guardedBy(settlement, hand)
  return (
    guards.gates.find(
      ({ gate, guards: what }) =>
        guarded.has(what) &&
        // Somebody was shown the count and deleted it all the same: that is what gate 4 asks for.
        !(gate === 4 && what === 'library_deletes' && hand.row.approvedBy !== null),
    ) ?? null
  )
}

function guardedBy({ library, store }: Settle, { trees }: TreesInHand): ReadonlySet<ClosedGate['guards']> {
  const guarded = new Set<ClosedGate['guards']>()
  if (library.kind === 'trash') guarded.add('inferred_deletes')
  if (store.kind === 'delete') guarded.add('library_deletes')
  if (library.kind === 'change' && library.content && trees.base !== null) guarded.add('library_overwrites')
  if (store.kind === 'change' && store.content && trees.base !== null) guarded.add('store_overwrites')
  return guarded
}

function isApproved(settlement: Settle, hand: TreesInHand, { approval }: Guards): boolean {
  return approval?.covers(heldRow(settlement, hand)) ?? false
}

/** What would be done, and on what evidence: the listing's and the base's, not what a look found since. */
export function heldRow(settlement: Settle, { row, trees }: TreesInHand): HeldRow {
  return {
    key: row.key,
    assetId: row.assetId,
    rule: settlement.rule,
    settlement,
    baseVersion: trees.base?.version ?? null,
    storeVersion: typeof trees.store === 'string' ? null : trees.store.version,
    libraryRevision: trees.library?.revision ?? null,
    size: row.object?.size ?? row.size,
  }
}

function heldByGate(gate: ClosedGate, settlement: Settle, hand: TreesInHand): Untimed {
  const { row } = hand
  return {
    did: 'held',
    held: heldRow(settlement, hand),
    waitsFor: null,
    entry: {
      ...NO_ENTRY,
      bases: differs(row, 'held_back'),
      item: heldItem(row.key, `Gate ${gate.gate}: ${gate.message}`),
    },
  }
}

const WHY: Record<HoldReason | 'absence', string> = {
  conflict: 'Both sides changed. A person decides which one stays.',
  gate: 'A safety gate holds it back.',
  name_collision: 'This store cannot tell its name from that of another file. Rename one of them.',
  mode: 'The sides differ, and the mode of this store lets it change neither.',
  absence: 'The listing of this store may be late. It counts as deleted when a later listing does not show it either.',
}

function heldBack(reason: HoldReason | 'absence', rule: RuleId, hand: TreesInHand): Untimed {
  const { row } = hand
  const code: ErrorCode = reason === 'name_collision' ? 'item_name_collision' : 'held_back'
  const conflict =
    reason === 'conflict' && row.assetId !== null
      ? {
          assetId: row.assetId,
          copyAssetId: null,
          key: row.key,
          rule,
          outcome: 'held' as const,
          ...conflictSides(hand, hand.content, null),
        }
      : null
  return {
    did: 'held',
    held: null,
    waitsFor: null,
    entry: {
      ...NO_ENTRY,
      bases: differs(row, code),
      conflict,
      item: { ...heldItem(row.key, WHY[reason]), error_code: code },
    },
  }
}

function finished(did: Did, action: ItemAction, bytes: number, entry: LedgerEntry, hand: TreesInHand): Untimed {
  const item = itemOf(did, action, bytes, entry, hand)
  return { did, held: null, waitsFor: null, entry: { ...entry, item, refusedItem: refusedItem(hand.row.key, action) } }
}

function unsettled(
  did: 'failed' | 'skipped',
  row: PlannedRow,
  error: Pick<SyncwatchError, 'code' | 'message'> & Partial<Pick<SyncwatchError, 'details'>>,
): Untimed {
  const waitsFor = error.details?.waitsFor
  return {
    did,
    held: null,
    waitsFor: typeof waitsFor === 'string' ? waitsFor : null,
    entry: { ...NO_ENTRY, bases: differs(row, error.code), item: unsettledItem(did, row, error) },
  }
}

function differs(row: PlannedRow, code: ErrorCode): BaseWrite[] {
  return row.replicaId === null || row.trees.base === null ? [] : [{ kind: 'differs', replicaId: row.replicaId, code }]
}

function withDuration(entry: LedgerEntry, duration_ms: number): LedgerEntry {
  const timed = (item: ItemReport | null) => (item === null ? null : { ...item, duration_ms })
  return { ...entry, item: timed(entry.item), refusedItem: timed(entry.refusedItem) }
}
