import type { ItemReport } from '@syncwatch/status-manager'
import type { PlannedRow } from '../plan/planned-row.ts'
import type { StoreProblem } from '../ports/store.ts'
import type { Outcome, TakenContent, TimedOutcome } from './outcome.ts'

const HELD: Record<Extract<Outcome, { kind: 'held' }>['reason'], string> = {
  write_back: 'It changed in the library. Writing to this store is not possible yet, so the store keeps its version.',
  absent_in_store: 'It is not in the store any more. Nothing was deleted: the library keeps it.',
  deleted_in_library: 'It was deleted in the library. The store keeps it.',
  deleted_on_both: 'It is gone on both sides.',
  conflict: 'The store and the library have different content under this key. Both keep theirs.',
}

type Remark = Pick<ItemReport, 'error_code' | 'error_message'>

/** What is shown of an outcome. Unchanged assets only count, so they have no item. */
export function itemReport({ outcome, durationMs }: TimedOutcome, accepted: ReadonlySet<string>): ItemReport | null {
  const item = { item_key: outcome.row.key, duration_ms: Math.round(durationMs) }
  switch (outcome.kind) {
    case 'nothing':
    case 'refreshed':
      return null
    case 'created':
    case 'updated':
    case 'adopted': {
      const action = outcome.kind === 'created' ? 'import' : outcome.kind === 'updated' ? 'update' : 'verify'
      const done = { ...item, action, bytes: outcome.content.size } as const
      if (!accepted.has(outcome.assetId)) return { ...done, state: 'skipped', ...CHANGED }
      return { ...done, state: 'done', ...remarkOn(outcome.row, outcome.content) }
    }
    case 'held':
      return { ...item, action: 'skip', state: 'skipped', error_code: 'held_back', error_message: HELD[outcome.reason] }
    case 'failed':
    case 'skipped':
      return {
        ...item,
        action: outcome.row.replicaId === null ? 'import' : 'update',
        state: outcome.kind,
        error_code: outcome.code,
        error_message: shownMessage(outcome.message),
      }
  }
}

const CHANGED = {
  error_code: 'asset_changed',
  error_message: 'Another run changed this asset meanwhile. The next run looks again.',
}

/** What a person should know of content that was imported all the same. */
function remarkOn({ twin }: PlannedRow, { size, mimeType }: TakenContent): Remark {
  if (twin !== null) return twinRemark(twin)
  if (size === 0) return { error_code: 'item_empty', error_message: 'Imported. The file is empty.' }
  if (mimeType.startsWith('image/')) return {}
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
