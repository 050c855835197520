import { type AssetMetadata, NO_METADATA } from '../ports/asset-metadata.ts'
import { type Agreement, agreeOn, type BothSides } from './agreement.ts'
import { type ContentOutcome, mergeContent } from './content.ts'
import { mergeMetadata, type Side } from './merge-metadata.ts'
import { mergeNames, type NameOutcome } from './names.ts'
import { newerSide } from './newer-side.ts'
import type { Loser, RuleId, Settlement } from './settlement.ts'
import { type SideChange, storeDocument } from './side-change.ts'
import type { SyncPolicy } from './three-trees.ts'

type Kept = Extract<SideChange, { presence: 'kept' }>

/** Both sides have it, and a base ties them: content, metadata and name are merged each by itself (R1 to R3, R7, R8, R11 to R17). */
export function settleKept(sides: BothSides, library: Kept, store: Kept, policy: SyncPolicy): Settlement {
  if (store.content === 'unread') return { kind: 'look', rule: library.content === 'same' ? 'R3' : 'R7', at: 'content' }
  if (store.metadata === 'unread') return { kind: 'look', rule: 'R16', at: 'metadata' }
  const content = mergeContent(
    {
      ...sides,
      changed: { library: library.content === 'changed', store: store.content === 'changed' },
      isNew: false,
    },
    policy,
  )
  const names = mergeNames(
    { ...sides, renamed: { library: library.renamed, store: store.renamed }, taken: sides.trees },
    policy,
  )
  const rule = ruleOf(library, store, content, names)
  return combine(sides, { content, names, metadata: metadataOf(sides, policy), rule }, policy)
}

interface Dimensions {
  readonly content: ContentOutcome
  readonly names: NameOutcome
  readonly metadata: AssetMetadata
  readonly rule: RuleId
}

function combine(sides: BothSides, { content, names, metadata, rule }: Dimensions, policy: SyncPolicy): Settlement {
  if (content.kind === 'held') return { kind: 'hold', rule: content.rule, reason: content.reason }
  if (names.kind === 'held') return { kind: 'hold', rule: 'R15', reason: names.reason }
  const wanted: Agreement = { rule, content: content.from, key: sides.library.key, metadata, loser: content.loser }
  if (names.kind === 'key') return agreeOn(sides, { ...wanted, key: keptName(sides, names.key, policy) }, policy)
  if (names.side === 'library') {
    const both = content.loser === null ? null : { ...content.loser, alsoName: true }
    return agreeOn(sides, { ...wanted, loser: both ?? { side: 'library', kept: 'name' } }, policy)
  }
  // Both conflicts at once: the object leaves under a conflict name with its content, which settles either.
  const copy: Loser = { side: 'store', kept: 'copy' }
  if (content.loser !== null) return agreeOn(sides, { ...wanted, content: 'library', loser: copy }, policy)
  return agreeOn(sides, { ...wanted, loser: { side: 'store', kept: 'name' } }, policy)
}

/** What the library calls its things stands in a mirror in, whatever they are called in the store. */
function keptName({ library, trees: { base } }: BothSides, merged: string, policy: SyncPolicy): string {
  const drifted = policy.mode === 'pull' && library.key !== base?.key && policy.conflicts !== 'store'
  return drifted ? library.key : merged
}

/** The merged document. In a mirror out it is the library's. */
export function metadataOf({ trees, library, store }: BothSides, policy: SyncPolicy): AssetMetadata {
  if (policy.mode === 'push') return library.metadata
  const base = trees.base?.metadata ?? NO_METADATA
  return mergeMetadata(
    base,
    library.metadata,
    storeDocument(trees, store) ?? base,
    preferredSide(policy, library, store),
  )
}

function preferredSide(policy: SyncPolicy, library: BothSides['library'], store: BothSides['store']): Side {
  if (policy.conflicts === 'store') return 'store'
  if (policy.conflicts !== 'newer') return 'library'
  return newerSide(library.metadataModifiedAt, store.metadataModifiedAt) ?? 'library'
}

/** The row of the table that tells most of what happened. */
function ruleOf(library: Kept, store: Kept, content: ContentOutcome, names: NameOutcome): RuleId {
  if (content.rule === 'R8') return 'R8'
  if (names.kind !== 'key') return 'R15'
  if (library.renamed && store.renamed) return 'R14'
  if (library.renamed || store.renamed) {
    const other = library.renamed ? store : library
    return other.content === 'changed' ? 'R12' : 'R11'
  }
  if (content.rule === 'R1') return library.metadata === 'same' && store.metadata === 'same' ? 'R1' : 'R16'
  return library.metadata === 'same' && store.metadata === 'same' ? content.rule : 'R17'
}
