import { agreeOn } from './agreement.ts'
import { mergeContent } from './content.ts'
import { losesToAsset, losesToObject } from './names.ts'
import { metadataOf } from './settle-kept.ts'
import type { Settlement } from './settlement.ts'
import { liveAsset, objectMetadata, seenObject } from './side-change.ts'
import type { LibrarySide, StoreSide, SyncPolicy, ThreeTrees } from './three-trees.ts'

const NONE = { kind: 'none' } as const

/** No base: what is new on one side or on both (R15, R19 to R23). */
export function settleNew(trees: ThreeTrees, policy: SyncPolicy): Settlement {
  const library = liveAsset(trees)
  const store = seenObject(trees)
  if (store === null) return library === null ? { kind: 'nothing', rule: 'R1' } : newInLibrary(trees, library, policy)
  // Both sides agreed that it is gone: a listing that still has it may be an old one, whatever its times say.
  if (trees.tombstone !== null) return { kind: 'look', rule: 'R23', at: 'object' }
  return library === null ? newInStore(trees, store, policy) : newInBoth(trees, library, store, policy)
}

function newInLibrary(trees: ThreeTrees, library: LibrarySide, policy: SyncPolicy): Settlement {
  if (policy.mode === 'pull') return { kind: 'nothing', rule: 'R19' }
  const claimed = trees.taken === 'store' || trees.taken === 'both'
  if (claimed && policy.conflicts === 'manual') return { kind: 'hold', rule: 'R15', reason: 'conflict' }
  if (losesToObject(trees, library, policy)) {
    const loser = { side: 'library', kept: 'name' } as const
    // What nobody has the content of cannot be written. It gives its name up all the same, so as to be in nobody's way.
    if (library.sha256 === null)
      return { kind: 'settle', rule: 'R15', library: NONE, store: NONE, loser, base: 'release' }
    return { kind: 'settle', rule: 'R15', library: NONE, store: { kind: 'create' }, loser, base: 'agree' }
  }
  if (trees.twin === true) return { kind: 'hold', rule: 'R25', reason: 'name_collision' }
  return { kind: 'settle', rule: 'R19', library: NONE, store: { kind: 'create' }, loser: null, base: 'agree' }
}

function newInStore(trees: ThreeTrees, store: StoreSide, policy: SyncPolicy): Settlement {
  const create = { kind: 'settle', library: { kind: 'create' }, store: NONE, base: 'agree' } as const
  const { taken } = trees
  if (taken === 'no' || taken === 'store')
    return policy.mode === 'push' ? { kind: 'nothing', rule: 'R20' } : { ...create, rule: 'R20', loser: null }
  if (policy.conflicts === 'manual') return { kind: 'hold', rule: 'R15', reason: 'conflict' }
  // A mirror has no way to give it another name on both sides.
  if (policy.mode !== 'two-way') return { kind: 'hold', rule: 'R15', reason: 'mode' }
  const loser = losesToAsset(trees, store, policy) ? ({ side: 'store', kept: 'name' } as const) : null
  return { ...create, rule: 'R15', loser }
}

function newInBoth(trees: ThreeTrees, library: LibrarySide, store: StoreSide, policy: SyncPolicy): Settlement {
  if (store.sha256 === null) return { kind: 'look', rule: 'R21', at: 'content' }
  if (objectMetadata(store) === null) return { kind: 'look', rule: 'R21', at: 'metadata' }
  const content = mergeContent({ library, store, changed: { library: true, store: true }, isNew: true }, policy)
  if (content.kind === 'held') return { kind: 'hold', rule: content.rule, reason: content.reason }
  const sides = { trees, library, store }
  const metadata = metadataOf(sides, policy)
  const { rule, from, loser } = content
  return agreeOn(sides, { rule, content: from, key: library.key, metadata, loser }, policy)
}
