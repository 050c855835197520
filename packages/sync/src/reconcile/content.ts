import type { Side } from './merge-metadata.ts'
import { newerSide } from './newer-side.ts'
import type { Loser, RuleId } from './settlement.ts'
import type { LibrarySide, StoreSide, SyncPolicy } from './three-trees.ts'

/** Whose content stands in the end, and what becomes of the other's; or that a person, or nobody, decides. */
export type ContentOutcome =
  | { readonly kind: 'stands'; readonly from: Side | 'both'; readonly rule: RuleId; readonly loser: Loser | null }
  | { readonly kind: 'held'; readonly reason: 'conflict' | 'mode'; readonly rule: RuleId }

export interface BothContents {
  readonly library: LibrarySide
  readonly store: StoreSide
  /** Which sides' content is another one than the base's; without a base, both. */
  readonly changed: { readonly library: boolean; readonly store: boolean }
  readonly isNew: boolean
}

/** R2, R3, R7 and R8, and R21 and R22, which are the same without a base. */
export function mergeContent(both: BothContents, policy: SyncPolicy): ContentOutcome {
  const { library, store, changed, isNew } = both
  if (!changed.library && !changed.store) return stands('both', 'R1')
  if (!changed.store) return oneSided('library', policy)
  if (!changed.library) return oneSided('store', policy)
  if (library.sha256 === store.sha256) return stands('both', isNew ? 'R21' : 'R7')
  // An asset whose content nobody knows has nothing to lose.
  if (library.sha256 === null && sourceOf(policy) !== 'library') return stands('store', 'R21')
  return conflict(both, policy, isNew ? 'R22' : 'R8')
}

function stands(from: Side | 'both', rule: RuleId, loser: Loser | null = null): ContentOutcome {
  return { kind: 'stands', from, rule, loser }
}

/** A mirror takes back what its receiving side changed where the policy names the source as the winner, and holds it otherwise. */
function oneSided(changed: Side, policy: SyncPolicy): ContentOutcome {
  const rule: RuleId = changed === 'library' ? 'R2' : 'R3'
  const source = sourceOf(policy)
  if (source === null || source === changed) return stands(changed, rule)
  if (policy.conflicts === source) return stands(source, rule, { side: changed, kept: 'trash' })
  return { kind: 'held', reason: 'mode', rule }
}

function conflict({ library, store }: BothContents, policy: SyncPolicy, rule: RuleId): ContentOutcome {
  if (policy.conflicts === 'manual') return { kind: 'held', reason: 'conflict', rule }
  const winner = winnerOf(policy, newerSide(library.modifiedAt, store.modifiedAt))
  const source = sourceOf(policy)
  // A mirror writes to one side only, so it has no place for a copy on both.
  if (source !== null && source !== winner?.side) return { kind: 'held', reason: 'mode', rule }
  const { side, kept } = winner ?? { side: 'library', kept: 'copy' }
  return stands(side, rule, { side: side === 'library' ? 'store' : 'library', kept: source === null ? kept : 'trash' })
}

/** Null where the policy has no winner: then both are kept, and the library keeps the key. */
function winnerOf({ conflicts }: SyncPolicy, newer: Side | null): { side: Side; kept: 'copy' | 'trash' } | null {
  switch (conflicts) {
    case 'library':
    case 'store':
      return { side: conflicts, kept: 'trash' }
    case 'newer':
      return newer === null ? null : { side: newer, kept: 'copy' }
    case 'keep-both':
    case 'manual':
      return null
  }
}

/** The side that a mirror copies; null where both may change. */
export function sourceOf({ mode }: SyncPolicy): Side | null {
  if (mode === 'two-way') return null
  return mode === 'pull' ? 'store' : 'library'
}
