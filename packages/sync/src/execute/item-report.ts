import type { ItemAction, ItemReport, SyncwatchError } from '@syncwatch/core'
import type { AssetContent, LedgerEntry, PlannedRow } from '../ports/ledger.ts'
import type { StoreProblem } from '../ports/store.ts'
import type { Did } from './outcome.ts'
import type { TreesInHand } from './trees-in-hand.ts'

type Remark = Pick<ItemReport, 'error_code' | 'error_message'>

/** What is shown of a thing that is settled. What was only looked at has no item. */
export function itemOf(
  did: Did,
  action: ItemAction,
  bytes: number,
  { assets }: LedgerEntry,
  hand: TreesInHand,
): ItemReport | null {
  if (did === 'nothing') return null
  // A new version of the same content is nothing that a person would notice.
  if (did === 'adopted' && hand.trees.base !== null) return null
  const item: ItemReport = { item_key: shownKey(hand.row.key), action, state: 'done' }
  const sized = bytes > 0 ? { ...item, bytes } : item
  const created = assets.find((write) => write.kind === 'create')
  return created === undefined || did !== 'imported' ? sized : { ...sized, ...remarkOn(hand, created.content) }
}

export function heldItem(key: string, why: string): ItemReport {
  return {
    item_key: shownKey(key),
    action: 'skip',
    state: 'skipped',
    error_code: 'held_back',
    error_message: shownMessage(why),
  }
}

/** The library was another one when it came to the commit. */
export function refusedItem(key: string, action: ItemAction): ItemReport {
  return {
    item_key: shownKey(key),
    action,
    state: 'skipped',
    error_code: 'asset_changed',
    error_message: 'It was changed meanwhile. The next run looks again.',
  }
}

export function unsettledItem(
  state: 'failed' | 'skipped',
  row: PlannedRow,
  { code, message }: Pick<SyncwatchError, 'code' | 'message'>,
): ItemReport {
  return {
    item_key: shownKey(row.key),
    action: row.trees.base === null ? 'import' : 'update',
    state,
    error_code: code,
    error_message: shownMessage(message),
  }
}

/** What a person should know of content that was imported all the same. */
function remarkOn({ row }: TreesInHand, { size, mimeType }: AssetContent): Remark {
  if (row.twin !== null) return twinRemark(row.twin)
  if (size === 0) return { error_code: 'item_empty', error_message: 'Imported. The file is empty.' }
  if (mimeType === null || mimeType.startsWith('image/')) return {}
  return { error_code: 'item_not_an_image', error_message: `Imported as ${mimeType}, which has no thumbnail.` }
}

function twinRemark(twin: string): Remark {
  return {
    error_code: 'item_name_collision',
    error_message: `Imported. "${twin}" is the same name where letter case or Unicode form do not count; both are kept.`,
  }
}

/** Names and kinds that cannot be synced. Links and pipes are no failure: there is nothing that they should become. */
export function problemReport(problem: StoreProblem): ItemReport {
  const noFile = problem.code === 'item_not_a_file' || problem.code === 'item_outside_root'
  return {
    item_key: shownKey(problem.key),
    action: 'skip',
    state: noFile ? 'skipped' : 'failed',
    error_code: problem.code,
    error_message: shownMessage(problem.message),
  }
}

/** A message holds 4,000 characters. One that quotes a longer path is shortened: an item must never end its run. */
function shownMessage(message: string): string {
  return message.length <= 4000 ? message : shortened(message)
}

/** An item's key holds 4,096 bytes; what is longer is no key of ours anyway and is only shown. */
function shownKey(key: string): string {
  return Buffer.byteLength(key) <= 4096 ? key : shortened(key)
}

function shortened(text: string): string {
  return `${text.slice(0, 500)}…${text.slice(-500)}`.toWellFormed()
}
