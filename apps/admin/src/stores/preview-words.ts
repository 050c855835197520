import type { PreviewedRow } from '@syncwatch/client/library'

/** What becomes of a file, as a person would group it. */
export type Fate = 'pull' | 'push' | 'update' | 'trash' | 'delete' | 'look' | 'hold' | 'record'

const NAMES: Record<Fate, string> = {
  pull: 'Into the library',
  push: 'Into the store',
  update: 'Brought up to date',
  trash: 'To the library’s trash',
  delete: 'Deleted in the store',
  look: 'To be read first',
  hold: 'Waits for a person',
  record: 'Only recorded',
}

export const fateName = (fate: Fate): string => NAMES[fate]

export const FATES = Object.keys(NAMES) as Fate[]

/** The weightiest of what becomes of its two sides. */
export function fateOfPreviewed({ library, store }: PreviewedRow): Fate {
  if (library === 'hold' || store === 'hold') return 'hold'
  if (library === 'look' || store === 'look') return 'look'
  if (store === 'delete') return 'delete'
  if (library === 'trash') return 'trash'
  if (library === 'change' || store === 'change') return 'update'
  if (store === 'create') return 'push'
  return library === 'create' ? 'pull' : 'record'
}

export interface FateGroup {
  fate: Fate
  rows: PreviewedRow[]
}

/** The rows of a preview by what becomes of them. */
export function groupsOf(rows: readonly PreviewedRow[]): FateGroup[] {
  return FATES.map((fate) => ({ fate, rows: rows.filter((row) => fateOfPreviewed(row) === fate) })).filter(
    ({ rows: some }) => some.length > 0,
  )
}
