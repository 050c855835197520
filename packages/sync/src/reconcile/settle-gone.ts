import { agreeOn } from './agreement.ts'
import { losesToAsset, losesToObject } from './names.ts'
import { metadataOf } from './settle-kept.ts'
import type { LibraryChange, Loser, RuleId, Settlement, StoreChange } from './settlement.ts'
import type { SideChange } from './side-change.ts'
import type { LibrarySide, StoreSide, SyncPolicy, ThreeTrees } from './three-trees.ts'

const NONE = { kind: 'none' } as const

type Kept = Extract<SideChange, { presence: 'kept' }>

/** R6: gone on both sides. */
export function settleGoneOnBoth(): Settlement {
  return { kind: 'settle', rule: 'R6', library: NONE, store: NONE, loser: null, base: 'tombstone' }
}

/** The store lost what the library has: R5, or with an edit R9, R13 and R18. */
export function settleGoneFromStore(
  trees: ThreeTrees,
  library: LibrarySide,
  change: Kept,
  policy: SyncPolicy,
): Settlement {
  const rule = ruleOfGone(change, { plain: 'R5', edited: 'R9' })
  // A mirror out gives back what the store lost. It adds only.
  if (policy.mode === 'push') return putBack(trees, library, rule, policy)
  if (rule !== 'R5' && policy.conflicts === 'manual') return { kind: 'hold', rule, reason: 'conflict' }
  // What nobody has the content of cannot be written again.
  const isLost = library.sha256 === null && policy.mode === 'two-way'
  if (rule === 'R5' || policy.conflicts === 'store' || isLost) {
    const loser: Loser | null = change.content === 'changed' ? { side: 'library', kept: 'trash' } : null
    return buried(rule, { kind: 'trash', revision: library.revision }, NONE, loser)
  }
  // A mirror in keeps what was worked on, as the library's own.
  if (policy.mode === 'pull') return { kind: 'settle', rule, library: NONE, store: NONE, loser: null, base: 'release' }
  return putBack(trees, library, rule, policy)
}

function putBack(trees: ThreeTrees, library: LibrarySide, rule: RuleId, policy: SyncPolicy): Settlement {
  if (losesToObject(trees, library, policy)) {
    const loser: Loser = { side: 'library', kept: 'name' }
    return { kind: 'settle', rule, library: NONE, store: { kind: 'create' }, loser, base: 'agree' }
  }
  if (trees.twin === true) return { kind: 'hold', rule: 'R25', reason: 'name_collision' }
  return { kind: 'settle', rule, library: NONE, store: { kind: 'create' }, loser: null, base: 'agree' }
}

/** The library deleted what the store has: R4, or with an edit R10, R13 and R18. */
export function settleGoneFromLibrary(
  trees: ThreeTrees,
  store: StoreSide,
  change: Kept,
  policy: SyncPolicy,
): Settlement {
  if (change.content === 'unread') return { kind: 'look', rule: 'R10', at: 'content' }
  if (change.metadata === 'unread') return { kind: 'look', rule: 'R18', at: 'metadata' }
  const rule = ruleOfGone(change, { plain: 'R4', edited: 'R10' })
  if (rule !== 'R4' && policy.conflicts === 'manual') return { kind: 'hold', rule, reason: 'conflict' }
  if (rule === 'R4' || policy.conflicts === 'library') {
    // A mirror in never deletes in the store: what was deleted in the library stays deleted there, and here.
    if (policy.mode === 'pull') return { kind: 'nothing', rule }
    const loser: Loser | null = change.content === 'changed' ? { side: 'store', kept: 'trash' } : null
    return buried(rule, NONE, { kind: 'delete', version: store.version }, loser)
  }
  if (policy.mode === 'push') return { kind: 'hold', rule, reason: 'mode' }
  return restored(trees, store, change, rule, policy)
}

/** Out of the trash, with what the store made of it; made anew where the trash was emptied. */
function restored(trees: ThreeTrees, store: StoreSide, change: Kept, rule: RuleId, policy: SyncPolicy): Settlement {
  const isClaimed = trees.taken === 'library' || trees.taken === 'both'
  // One that nobody renamed has no new name to claim: whoever was given its name since it was deleted has it.
  const claimed = change.renamed ? losesToAsset(trees, store, policy) : isClaimed
  if (claimed && policy.mode === 'pull') return { kind: 'hold', rule: 'R15', reason: 'mode' }
  const { library, base } = trees
  const loser: Loser | null = claimed ? { side: 'store', kept: 'name' } : lostInTrash(library, store, base?.sha256)
  if (library === null) return { kind: 'settle', rule, library: { kind: 'create' }, store: NONE, loser, base: 'agree' }
  const sides = { trees, library, store }
  // An unread object has the content that the base knows.
  const content = (store.sha256 ?? base?.sha256) === library.sha256 ? 'both' : 'store'
  return agreeOn(sides, { rule, content, key: store.key, metadata: metadataOf(sides, policy), loser }, policy)
}

/** Content that was replaced in the library before it was deleted there. */
function lostInTrash(library: LibrarySide | null, store: StoreSide, base: string | null | undefined): Loser | null {
  const edited = library !== null && library.sha256 !== null && library.sha256 !== base
  return edited && library.sha256 !== store.sha256 ? { side: 'library', kept: 'trash' } : null
}

function buried(rule: RuleId, library: LibraryChange, store: StoreChange, loser: Loser | null): Settlement {
  return { kind: 'settle', rule, library, store, loser, base: 'tombstone' }
}

function ruleOfGone(change: Kept, rules: { plain: RuleId; edited: RuleId }): RuleId {
  if (change.content !== 'same') return rules.edited
  if (change.renamed) return 'R13'
  return change.metadata === 'same' ? rules.plain : 'R18'
}
