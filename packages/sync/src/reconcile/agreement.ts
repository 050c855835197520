import type { AssetMetadata } from '../ports/asset-metadata.ts'
import { type Side, sameMetadata } from './merge-metadata.ts'
import {
  type LibraryChange,
  type Loser,
  losesName,
  type RuleId,
  type Settlement,
  type StoreChange,
} from './settlement.ts'
import { storeDocument } from './side-change.ts'
import type { LibrarySide, StoreSide, SyncPolicy, ThreeTrees } from './three-trees.ts'

/** The state in which both sides agree. */
export interface Agreement {
  readonly rule: RuleId
  readonly content: Side | 'both'
  readonly key: string
  readonly metadata: AssetMetadata
  readonly loser: Loser | null
}

export interface BothSides {
  readonly trees: ThreeTrees
  readonly library: LibrarySide
  readonly store: StoreSide
}

/** What each side has to change to get there. Where neither has to and the base says so already, there is nothing to do. */
export function agreeOn(sides: BothSides, wanted: Agreement, policy: SyncPolicy): Settlement {
  const library = libraryTo(sides, wanted)
  // A mirror in never writes to the store: what the library calls and says of its things is its own.
  const store = policy.mode === 'pull' ? NONE : storeTo(sides, wanted)
  if (store.kind !== 'none' && gainsName(sides, store, wanted) && sides.trees.twin === true)
    return { kind: 'hold', rule: 'R25', reason: 'name_collision' }
  if (library.kind === 'none' && store.kind === 'none' && wanted.loser === null && baseSays(sides))
    return { kind: 'nothing', rule: wanted.rule }
  return { kind: 'settle', rule: wanted.rule, library, store, loser: wanted.loser, base: 'agree' }
}

const NONE = { kind: 'none' } as const

function libraryTo({ library }: BothSides, wanted: Agreement): LibraryChange {
  const change = {
    key: newKey(wanted, library.key),
    content: wanted.content === 'store',
    metadata: sameMetadata(wanted.metadata, library.metadata) ? null : wanted.metadata,
    restore: library.trashed,
  }
  const idle = change.key === null && !change.content && change.metadata === null && !change.restore
  return idle ? NONE : { kind: 'change', revision: library.revision, ...change }
}

function storeTo({ trees, store }: BothSides, wanted: Agreement): StoreChange {
  const has = storeDocument(trees, store)
  const change = {
    key: newKey(wanted, store.key),
    content: wanted.content === 'library',
    metadata: has !== null && sameMetadata(wanted.metadata, has) ? null : wanted.metadata,
  }
  const idle = change.key === null && !change.content && change.metadata === null
  return idle ? NONE : { kind: 'change', version: store.version, ...change }
}

/** A thing that lost its name gets one that is not known yet, on both sides. */
function newKey({ key, loser }: Agreement, own: string): string | null {
  return key === own || losesName(loser) ? null : key
}

function gainsName({ store }: BothSides, change: StoreChange, wanted: Agreement): boolean {
  return change.kind === 'create' || (change.kind === 'change' && newKey(wanted, store.key) !== null)
}

/** Whether the base knows the store as it is, so that a write of it would say nothing new. */
function baseSays({ trees: { base }, store }: BothSides): boolean {
  return (
    base !== null &&
    base.key === store.key &&
    base.version === store.version &&
    base.metadataVersion === store.metadataVersion &&
    (base.sha256 !== null || store.sha256 === null)
  )
}
