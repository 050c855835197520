import type { StoreMode } from '@syncwatch/core'

/** What both sides last agreed on: the store's version and the content, as of then. */
export interface BaseState {
  readonly version: string
  readonly sha256: string
}

/** The live asset of this key (or of this base row). `revision` is raised by each change of its content. */
export interface LibraryState {
  readonly revision: number
  readonly sha256: string
}

/** The object as the store shows it. `sha256` is null until it was read. */
export interface ObjectState {
  readonly version: string
  readonly sha256: string | null
}

/**
 * One key, seen from three trees. `library` is null where there is no live asset; `store` is `absent` only when a
 * complete listing did not have the key, and `unknown` when an incomplete one did not.
 */
export interface Comparison {
  readonly base: BaseState | null
  readonly library: LibraryState | null
  readonly store: ObjectState | 'absent' | 'unknown'
}

/** What the store's settings say. */
export interface ReconcilePolicy {
  readonly mode: StoreMode
}

/** How a side stands to the base: the letters of the table, `-` for nothing there and nothing expected. */
export type SideChange = '=' | 'M' | 'D' | 'N' | '-' | '?'

/** How the library stands to the base. */
export function libraryChange({ base, library }: Comparison): SideChange {
  if (base === null) return library === null ? '-' : 'N'
  if (library === null) return 'D'
  return library.sha256 === base.sha256 ? '=' : 'M'
}

/** How the store stands to the base. A new version with the same content (a file that was touched) is `=`. */
export function storeChange({ base, store }: Comparison): SideChange {
  if (store === 'unknown') return '?'
  if (base === null) return store === 'absent' ? '-' : 'N'
  if (store === 'absent') return 'D'
  return store.version === base.version || store.sha256 === base.sha256 ? '=' : 'M'
}
