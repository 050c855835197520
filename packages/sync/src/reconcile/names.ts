import { sourceOf } from './content.ts'
import type { LibrarySide, StoreSide, SyncPolicy, ThreeTrees } from './three-trees.ts'

/** What a thing is called in the end. `conflict`: its name in the store is another asset's, so it gets a conflict name. */
export type NameOutcome =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'held'; readonly reason: 'conflict' | 'mode' }

export interface BothNames {
  readonly library: LibrarySide
  readonly store: StoreSide
  readonly renamed: { readonly library: boolean; readonly store: boolean }
  readonly taken: ThreeTrees['taken']
}

/**
 * R11, R14 and R15. A name that the library gave stands, except under the policy `store`; a name that the store gave stands unless it
 * is claimed by another asset. Names cost no content, so only a collision waits for a person under `manual`.
 */
export function mergeNames(names: BothNames, policy: SyncPolicy): NameOutcome {
  const { library, store, renamed } = names
  // A mirror out makes the store's names the library's.
  if (!renamed.store || policy.mode === 'push') return libraryName(names, policy)
  const claimed = names.taken === 'library' || names.taken === 'both'
  if (!renamed.library) return claimed ? collision(policy) : { kind: 'key', key: store.key }
  if (library.key === store.key) return { kind: 'key', key: store.key }
  if (policy.conflicts === 'store' && !claimed) return { kind: 'key', key: store.key }
  return libraryName(names, policy)
}

function libraryName({ library, renamed, taken }: BothNames, policy: SyncPolicy): NameOutcome {
  const claimed = renamed.library && (taken === 'store' || taken === 'both')
  if (claimed && policy.conflicts === 'manual' && sourceOf(policy) === null) return { kind: 'held', reason: 'conflict' }
  return { kind: 'key', key: library.key }
}

/** The library's asset keeps the key. A mirror in cannot rename the object, so it can take it in under no name. */
function collision(policy: SyncPolicy): NameOutcome {
  if (policy.conflicts === 'manual') return { kind: 'held', reason: 'conflict' }
  return policy.mode === 'pull' ? { kind: 'held', reason: 'mode' } : { kind: 'conflict' }
}
