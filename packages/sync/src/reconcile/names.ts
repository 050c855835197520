import { sourceOf } from './content.ts'
import type { Side } from './merge-metadata.ts'
import { newerSide } from './newer-side.ts'
import type { LibrarySide, StoreSide, SyncPolicy, ThreeTrees } from './three-trees.ts'

/** What a thing is called in the end. `conflict`: another thing keeps the name that this side gave it, so it gets a conflict name. */
export type NameOutcome =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'conflict'; readonly side: Side }
  | { readonly kind: 'held'; readonly reason: 'conflict' | 'mode' }

export interface BothNames {
  readonly library: LibrarySide
  readonly store: StoreSide
  readonly renamed: { readonly library: boolean; readonly store: boolean }
  readonly taken: Pick<ThreeTrees, 'taken' | 'rivals'>
}

/** Whether an asset that claims the name of this object keeps it (R15). Names cost no content, so the library's does where nobody says. */
export function losesToAsset(
  trees: Pick<ThreeTrees, 'taken' | 'rivals'>,
  store: StoreSide,
  policy: SyncPolicy,
): boolean {
  if (trees.taken !== 'library' && trees.taken !== 'both') return false
  return keeperOf(policy, trees.rivals?.library, store.modifiedAt) === 'library'
}

/** Whether an object that claims the name of this asset keeps it. */
export function losesToObject(
  trees: Pick<ThreeTrees, 'taken' | 'rivals'>,
  library: LibrarySide,
  policy: SyncPolicy,
): boolean {
  if (trees.taken !== 'store' && trees.taken !== 'both') return false
  return keeperOf(policy, library.modifiedAt, trees.rivals?.store) === 'store'
}

function keeperOf(
  { mode, conflicts }: SyncPolicy,
  library: string | null | undefined,
  store: string | null | undefined,
): Side {
  if (mode !== 'two-way') return 'library'
  if (conflicts === 'newer') return newerSide(library, store) ?? 'library'
  return conflicts === 'store' ? 'store' : 'library'
}

/**
 * R11, R14 and R15. A name that the library gave stands, except under the policy `store`; a name that the store gave stands unless it
 * is claimed by an asset that keeps it. Names cost no content, so only a collision waits for a person under `manual`.
 */
export function mergeNames(names: BothNames, policy: SyncPolicy): NameOutcome {
  const { library, store, renamed, taken } = names
  // A mirror out makes the store's names the library's.
  if (!renamed.store || policy.mode === 'push') return libraryName(names, policy)
  const claimed = losesToAsset(taken, store, policy)
  if (!renamed.library) return claimed ? collision(policy) : { kind: 'key', key: store.key }
  if (library.key === store.key) return { kind: 'key', key: store.key }
  if (policy.conflicts === 'store' && !claimed) return { kind: 'key', key: store.key }
  return libraryName(names, policy)
}

function libraryName({ library, renamed, taken }: BothNames, policy: SyncPolicy): NameOutcome {
  const claimed = renamed.library && (taken.taken === 'store' || taken.taken === 'both')
  if (claimed && policy.conflicts === 'manual' && sourceOf(policy) === null) return { kind: 'held', reason: 'conflict' }
  if (claimed && losesToObject(taken, library, policy)) return { kind: 'conflict', side: 'library' }
  return { kind: 'key', key: library.key }
}

/** The library's asset keeps the key. A mirror in cannot rename the object, so it can take it in under no name. */
function collision(policy: SyncPolicy): NameOutcome {
  if (policy.conflicts === 'manual') return { kind: 'held', reason: 'conflict' }
  return policy.mode === 'pull' ? { kind: 'held', reason: 'mode' } : { kind: 'conflict', side: 'store' }
}
