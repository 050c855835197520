import type { ConflictResolution, ConflictRow } from '@syncwatch/core'

/** What happened, and what was done about it when it was found: one sentence each. */
export function conflictStory(row: ConflictRow): string {
  // What was held and then decided has its decision instead.
  return row.outcome === 'held' && row.state !== 'open'
    ? whatHappened(row)
    : `${whatHappened(row)} ${DONE[row.outcome]}`
}

function whatHappened({ library_side, store_side, store_name }: ConflictRow): string {
  const store = store_name ?? 'its store'
  if (library_side === null) return `Deleted in the library, changed in ${store}.`
  if (store_side === null) return `Changed in the library, deleted in ${store}.`
  return `Changed in the library and in ${store}.`
}

const DONE: Record<ConflictRow['outcome'], string> = {
  held: 'Nothing was done: each side still has its own.',
  'keep-both': 'Nothing was lost: both were kept.',
  newer: 'The newer one was taken, as this store is set to.',
  library: 'The library’s was taken, as this store is set to.',
  store: 'The store’s was taken, as this store is set to.',
}

/** The name of each decision for one conflict; a side that was deleted says so. */
export function decisionName(row: ConflictRow, resolution: ConflictResolution): string {
  if (resolution === 'both') return 'Keep both'
  const side = resolution === 'library' ? row.library_side : row.store_side
  return side === null ? 'Delete it' : `Keep ${resolution}`
}

/** What was decided, and whether it has been carried out yet. */
export function decidedWords(row: ConflictRow): string {
  if (row.state === 'undone') return 'Undone: the other side has the name.'
  const what: Record<ConflictResolution, string> = {
    library: row.library_side === null ? 'Deleted' : 'The library’s kept',
    store: row.store_side === null ? 'Deleted' : 'The store’s kept',
    both: 'Both kept',
  }
  const by = row.resolved_by === null ? '' : ` by ${row.resolved_by}`
  const waits = row.applied_at === null ? `. Waits for the next run of ${row.store_name ?? 'its store'}` : ''
  return `${row.resolution === null ? 'Decided' : what[row.resolution]}${by}${waits}.`
}

/** Whether there is anything that an undo would put back. */
export const canUndo = ({ state, outcome, resolution, applied_at }: ConflictRow): boolean =>
  state === 'resolved' && (applied_at === null || outcome === 'keep-both' || resolution !== 'both')
