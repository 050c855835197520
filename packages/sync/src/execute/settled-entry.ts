import type { AssetId, ItemAction } from '@syncwatch/core'
import type { ConflictSide } from '../conflicts/conflict-side.ts'
import { type AssetMetadata, NO_METADATA } from '../ports/asset-metadata.ts'
import type { AssetContent, AssetWrite, BaseWrite, ConflictNote, LedgerEntry } from '../ports/ledger.ts'
import type { StoreObject } from '../ports/store.ts'
import type { Settlement } from '../reconcile/settlement.ts'
import type { ConflictPolicy } from '../reconcile/three-trees.ts'
import { changing } from './keep-content.ts'
import { type Did, NO_ENTRY } from './outcome.ts'
import type { ConflictCopy, Performing } from './performing.ts'
import type { TakenContent } from './take-in.ts'
import { holdableOf, mergedMetadata, type TreesInHand } from './trees-in-hand.ts'

export type Settle = Extract<Settlement, { kind: 'settle' }>

/** How a thing was settled besides the settlement itself. */
export interface PerformNote {
  readonly policy: ConflictPolicy
  /** Who approved it where a gate would have held it back. */
  readonly approvedBy: string | null
}

/** A settlement of which the store's side is done. */
export interface Settled {
  readonly settlement: Settle
  readonly hand: TreesInHand
  readonly performing: Pick<Performing, 'store' | 'random' | 'claimed'>
  readonly note: PerformNote
  /** The store's content, where it was read. */
  readonly content: TakenContent | null
  /** What the thing is called instead, where another one has the name, or where it has none of its own. */
  readonly name: string | null
  /** The object as it is now, null where there is none. */
  readonly object: StoreObject | null
  /** What the store said of the object before. */
  readonly storeMetadata: AssetMetadata | null
  /** What was to be written was there already, and said something of itself that the library does not. */
  readonly hasOthersWords: boolean
  /** The loser, where it lives on as a copy. */
  readonly copy: ConflictCopy | null
}

/** What a settlement comes to in library and base, to be committed, and in the words and numbers of a run. */
export function settledEntry(settled: Settled): { did: Did; action: ItemAction; bytes: number; entry: LedgerEntry } {
  const { hand } = settled
  const { assetId, assets } = librarySide(settled)
  const entry: LedgerEntry = {
    ...NO_ENTRY,
    assets,
    bases: baseSide(settled, assetId, assets),
    conflict: conflictOf(settled),
    applied: hand.row.decision === null ? [] : [hand.row.decision.conflictId],
  }
  return { ...didWhat(settled.settlement), bytes: bytesOf(settled), entry }
}

/** Content that was read, as the library records it. */
export function takenContent(content: TakenContent | null): AssetContent {
  if (content === null) throw new Error('Content that was not read.')
  const { sha256, size, mimeType, object } = content
  return { sha256, size, mimeType, modifiedAt: object.modifiedAt }
}

/** What the object is known to contain without reading it: what was agreed on, while it has that version. */
export function knownSha256({ trees: { base, store } }: TreesInHand): string | null {
  if (typeof store === 'string') return null
  return store.sha256 ?? (base !== null && base.version === store.version ? base.sha256 : null)
}

/** The library's side, and the asset that the base is about. */
function librarySide(settled: Settled): { assetId: AssetId | null; assets: AssetWrite[] } {
  const { settlement, hand, performing, content, name, object, storeMetadata } = settled
  const { library } = settlement
  const { row, trees, fullMetadata } = hand
  const id = row.assetId
  switch (library.kind) {
    case 'none':
      // The name that was lost is the asset's, too.
      return {
        assetId: id,
        assets:
          name === null || id === null || trees.library === null ? [] : [renamed(id, trees.library.revision, name)],
      }
    case 'create': {
      if (object === null) throw changing(row.key)
      const created = performing.random.uuid() as AssetId
      const metadata = storeMetadata ?? NO_METADATA
      return {
        assetId: created,
        assets: [{ kind: 'create', id: created, key: object.key, content: takenContent(content), metadata }],
      }
    }
    case 'change': {
      if (id === null || trees.library === null) throw changing(row.key)
      const { revision, restore } = library
      const key = name ?? library.key
      const metadata =
        library.metadata === null ? null : mergedMetadata(fullMetadata, trees.library.metadata, library.metadata)
      const taken = library.content ? takenContent(content) : null
      return { assetId: id, assets: [{ kind: 'change', id, revision, key, content: taken, metadata, restore }] }
    }
    case 'trash':
      if (id === null) throw changing(row.key)
      return {
        assetId: id,
        assets: [{ kind: 'trash', id, revision: library.revision, reason: 'deleted_in_store' }],
      }
  }
}

function renamed(id: AssetId, revision: number, key: string): AssetWrite {
  return { kind: 'change', id, revision, key, content: null, metadata: null, restore: false }
}

function baseSide(settled: Settled, assetId: AssetId | null, assets: readonly AssetWrite[]): BaseWrite[] {
  const { settlement, hand, object, performing } = settled
  const { row, trees } = hand
  if (settlement.base === 'release')
    return row.replicaId === null ? [] : [{ kind: 'release', replicaId: row.replicaId }]
  if (settlement.base === 'tombstone') return row.replicaId === null ? [] : [tombstone(settled, row.replicaId)]
  if (object === null || assetId === null) return []
  performing.claimed.add(object.key)
  const sha256 = agreedSha256(settled)
  if (settled.hasOthersWords) {
    // As if nothing had been said on either side, so that the next comparison brings both together.
    const metadata = holdableOf(performing.store, NO_METADATA)
    const unread = { ...object, metadataVersion: null }
    return [{ kind: 'agree', assetId, object: unread, sha256, metadata, revision: NEVER }]
  }
  const isWritten = assets.some(({ id }) => id === assetId)
  const revision = isWritten ? null : (trees.library?.revision ?? null)
  const metadata = agreedMetadata(settled)
  return [{ kind: 'agree', assetId, object: asKnown(settled, object), sha256, metadata, revision }]
}

/** No asset has this revision: the library's side counts as changed. */
const NEVER = 0

function tombstone({ settlement, hand: { row, trees }, note }: Settled, replicaId: string): BaseWrite {
  const version = typeof trees.store === 'string' ? trees.base?.version : trees.store.version
  const cause = settlement.library.kind === 'trash' ? 'store' : settlement.store.kind === 'delete' ? 'library' : 'both'
  return {
    kind: 'tombstone',
    replicaId,
    version: version ?? trees.tombstone?.version ?? '',
    cause,
    approvedBy: note.approvedBy ?? row.approvedBy,
  }
}

/** What somebody said of it meanwhile is not known, though a write tells the version: the next comparison is to find it. */
function asKnown({ settlement: { store }, hand, performing }: Settled, object: StoreObject): StoreObject {
  const seen = hand.object
  const described = store.kind === 'create' || (store.kind === 'change' && store.metadata !== null)
  const copied = object.key !== seen?.key && !performing.store.capabilities.rename
  if (described || copied || seen === null) return object
  return { ...object, metadataVersion: seen.metadataVersion }
}

/** What the store has now: the library's where it was written, else what was read or was there before. */
function agreedSha256({ settlement: { store }, hand, content }: Settled): string | null {
  if (store.kind === 'create' || (store.kind === 'change' && store.content)) return hand.trees.library?.sha256 ?? null
  return content?.sha256 ?? knownSha256(hand)
}

function agreedMetadata({ settlement: { store }, hand: { trees }, storeMetadata }: Settled): AssetMetadata {
  if (store.kind === 'change' && store.metadata !== null) return store.metadata
  if (store.kind === 'create') return trees.library?.metadata ?? NO_METADATA
  return storeMetadata ?? trees.base?.metadata ?? NO_METADATA
}

function conflictOf({ settlement, hand, note, content, storeMetadata, copy }: Settled): ConflictNote | null {
  const { loser, rule } = settlement
  if (loser === null) return null
  const { row } = hand
  const outcome = note.policy === 'manual' ? 'keep-both' : note.policy
  return {
    assetId: row.assetId ?? copy?.assetId ?? null,
    copyAssetId: copy?.assetId ?? null,
    key: row.key,
    rule,
    outcome: copy !== null && outcome !== 'newer' ? 'keep-both' : outcome,
    ...conflictSides(hand, content, storeMetadata),
  }
}

function bytesOf({ settlement: { library, store }, hand, content }: Settled): number {
  if (library.kind === 'create' || (library.kind === 'change' && library.content)) return content?.size ?? 0
  if (store.kind === 'create' || (store.kind === 'change' && store.content)) return hand.row.size ?? 0
  return 0
}

function didWhat({ library, store, loser }: Settle): { did: Did; action: ItemAction } {
  if (loser !== null && loser.kept !== 'trash') return { did: 'copied', action: 'update' }
  if (library.kind === 'create') return { did: 'imported', action: 'import' }
  if (library.kind === 'trash' || store.kind === 'delete') return { did: 'deleted', action: 'delete' }
  if (library.kind === 'change' && library.restore && !library.content) return { did: 'updated', action: 'update' }
  if (library.kind === 'change' && library.content) return { did: 'updated', action: 'update' }
  if (store.kind === 'create') return { did: 'exported', action: 'import' }
  if (store.kind === 'change' && store.content) return { did: 'exported', action: 'update' }
  if ((library.kind === 'change' && library.key !== null) || (store.kind === 'change' && store.key !== null))
    return { did: 'renamed', action: 'rename' }
  if (library.kind === 'change' || store.kind === 'change') return { did: 'described', action: 'metadata' }
  return { did: 'adopted', action: 'verify' }
}

/** Both sides as they are shown to a person. */
export function conflictSides(
  { row, trees, object, fullMetadata }: TreesInHand,
  content: TakenContent | null,
  storeMetadata: AssetMetadata | null,
): { library: ConflictSide | null; store: ConflictSide | null } {
  const { library, store } = trees
  return {
    library:
      library === null || library.trashed
        ? null
        : {
            key: library.key,
            sha256: library.sha256,
            size: row.size ?? 0,
            mime_type: row.mimeType,
            modified_at: library.modifiedAt,
            metadata: fullMetadata,
            version: null,
            revision: library.revision,
          },
    store:
      typeof store === 'string'
        ? null
        : {
            key: store.key,
            sha256: content?.sha256 ?? store.sha256,
            size: object?.size ?? 0,
            mime_type: content?.mimeType ?? null,
            modified_at: store.modifiedAt,
            metadata: storeMetadata ?? store.metadata ?? NO_METADATA,
            version: store.version,
            revision: null,
          },
  }
}
