import type { AssetKind } from '@syncwatch/client/library'
import type { AssetSyncState } from '@syncwatch/core'

/** What the address of the library holds. */
export interface LibrarySearch {
  /** The id of the asset whose detail is open. */
  asset?: string
  /** Part of a name or folder. */
  search?: string
  /** `/` is the root. */
  folder?: string
  type?: AssetKind
  state?: AssetSyncState
  /** The id of a collection, which is shown in its own order and alone. */
  collection?: string
}

const KINDS: readonly AssetKind[] = ['image', 'video', 'audio', 'other']
const STATES: readonly AssetSyncState[] = ['in_sync', 'differs', 'not_verified']

/** Takes what it knows from an address and leaves out the rest. */
export function parseLibrarySearch(given: Record<string, unknown>): LibrarySearch {
  // Digits alone come as a number.
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
  const [asset, search, folder, collection] = [given.asset, given.search, given.folder, given.collection].map(text)
  const type = KINDS.find((kind) => kind === given.type)
  const state = STATES.find((known) => known === given.state)
  return {
    ...(asset && { asset }),
    ...(search && { search }),
    ...(folder && { folder }),
    ...(type && { type }),
    ...(state && { state }),
    ...(collection && { collection }),
  }
}

/** Whether an address shows a part of the library alone. */
export const isNarrowed = ({ asset: _, ...rest }: LibrarySearch): boolean => Object.keys(rest).length > 0
