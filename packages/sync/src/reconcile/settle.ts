import { settleGoneFromLibrary, settleGoneFromStore, settleGoneOnBoth } from './settle-gone.ts'
import { settleKept } from './settle-kept.ts'
import { settleNew } from './settle-new.ts'
import type { Settlement } from './settlement.ts'
import { libraryChange, liveAsset, seenObject, storeChange } from './side-change.ts'
import type { SyncPolicy, ThreeTrees } from './three-trees.ts'

/**
 * Decides what is to become of one thing, from what was seen of it alone. Total: whatever is seen, there is a settlement, and it names
 * the row of SPEC.md that made it. One that wants to `look` is asked again with what was found; one that is performed is
 * settled: asked again, there is nothing to do.
 */
export function settle(trees: ThreeTrees, policy: SyncPolicy): Settlement {
  // What was not seen is not concluded from.
  if (trees.store === 'unknown') return { kind: 'nothing', rule: 'R24' }
  if (trees.base === null) return settleNew(trees, policy)
  const [library, store] = [libraryChange(trees), storeChange(trees)]
  const [asset, object] = [liveAsset(trees), seenObject(trees)]
  if (asset === null || library.presence !== 'kept')
    return object === null || store.presence !== 'kept'
      ? settleGoneOnBoth()
      : settleGoneFromLibrary(trees, object, store, policy)
  if (object === null || store.presence !== 'kept') return settleGoneFromStore(trees, asset, library, policy)
  return settleKept({ trees, library: asset, store: object }, library, store, policy)
}
