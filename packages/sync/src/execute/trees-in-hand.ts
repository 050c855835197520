import { type AssetMetadata, NO_METADATA } from '../ports/asset-metadata.ts'
import type { PlannedRow, TakenName } from '../ports/ledger.ts'
import type { Store, StoreObject } from '../ports/store.ts'
import type { StoreSide, ThreeTrees } from '../reconcile/three-trees.ts'
import type { TakenContent } from './take-in.ts'

/** A row of the plan while it is worked on: what is known of it grows with each look. */
export interface TreesInHand {
  readonly row: PlannedRow
  /** Library and base reduced to what this store can hold. */
  readonly trees: ThreeTrees
  /** All that the library says of the asset. */
  readonly fullMetadata: AssetMetadata
  /** The object as it was seen last. */
  readonly object: StoreObject | null
  /** Its content, where it was read. */
  readonly content: TakenContent | null
}

/** A row as it comes from the plan. A store without metadata has none of any object, and can hold none of the library's. */
export function takeInHand(row: PlannedRow, store: Store): TreesInHand {
  const { library, store: side } = row.trees
  const trees: ThreeTrees = {
    ...row.trees,
    library: library === null ? null : { ...library, metadata: holdableOf(store, library.metadata) },
    store: typeof side === 'string' || hasMetadata(store, side) ? side : { ...side, metadata: NO_METADATA },
    twin: store.capabilities.names === 'folded' && row.twin !== null,
  }
  return { row, trees, fullMetadata: library?.metadata ?? NO_METADATA, object: row.object, content: null }
}

export function holdableOf(store: Store, metadata: AssetMetadata): AssetMetadata {
  return store.capabilities.metadata ? store.holdable(metadata) : NO_METADATA
}

function hasMetadata(store: Store, side: { readonly metadataVersion: string | null }): boolean {
  return store.capabilities.metadata && side.metadataVersion !== null
}

/** The same with content that was read: it may be another version than the listing showed. */
export function withContent(hand: TreesInHand, content: TakenContent, store: Store): TreesInHand {
  const seen = withObject(hand, content.object, store)
  const side = seen.trees.store as StoreSide
  return { ...seen, content, trees: { ...seen.trees, store: { ...side, sha256: content.sha256 } } }
}

export function withMetadata(
  hand: TreesInHand,
  metadata: AssetMetadata,
  metadataModifiedAt: string | null,
): TreesInHand {
  const { store } = hand.trees
  if (typeof store === 'string') return hand
  return { ...hand, trees: { ...hand.trees, store: { ...store, metadata, metadataModifiedAt } } }
}

/** The same after a direct read of the key: what was known of another version is not known of this one. */
export function withObject(hand: TreesInHand, object: StoreObject | null, store: Store): TreesInHand {
  if (object === null) return { ...hand, object, content: null, trees: { ...hand.trees, store: 'absent' } }
  const known = hand.trees.store
  const same = typeof known !== 'string' && known.version === object.version
  const sameMetadata = typeof known !== 'string' && known.metadataVersion === object.metadataVersion
  const side: StoreSide = {
    key: object.key,
    version: object.version,
    modifiedAt: object.modifiedAt,
    metadataVersion: object.metadataVersion,
    sha256: same ? known.sha256 : null,
    metadata: sameMetadata ? known.metadata : hasMetadata(store, object) ? null : NO_METADATA,
  }
  return { ...hand, object, content: same ? hand.content : null, trees: { ...hand.trees, store: side } }
}

/** An asset whose bytes nobody has: it is decided on as one whose content nobody knows. */
export function withoutBytes(hand: TreesInHand): TreesInHand {
  const { library } = hand.trees
  return library === null ? hand : { ...hand, trees: { ...hand.trees, library: { ...library, sha256: null } } }
}

/** Its object was found under a name that another asset has, and claims: nothing that was agreed on stands there. */
export function withRival(hand: TreesInHand, { modifiedAt }: TakenName): TreesInHand {
  const { taken, rivals } = hand.trees
  const both = taken === 'store' || taken === 'both'
  const named = { library: modifiedAt, store: rivals?.store ?? null }
  return { ...hand, trees: { ...hand.trees, taken: both ? 'both' : 'library', rivals: named } }
}

/** The store can tell its name from all others there now. */
export function withoutTwin(hand: TreesInHand): TreesInHand {
  return { ...hand, trees: { ...hand.trees, twin: false } }
}

/** Brings a change of what a store can hold into what the library has: a field that the store lost nothing of changes, others stay. */
export function mergedMetadata(full: AssetMetadata, before: AssetMetadata, after: AssetMetadata): AssetMetadata {
  const changed = <Name extends keyof AssetMetadata>(name: Name): AssetMetadata[Name] =>
    sameValue(before[name], after[name]) ? full[name] : after[name]
  const custom: Record<string, AssetMetadata['custom'][string]> = { ...full.custom }
  for (const name of new Set([...Object.keys(before.custom), ...Object.keys(after.custom)])) {
    const value = after.custom[name]
    if (value === undefined) delete custom[name]
    else if (!sameValue(before.custom[name], value)) custom[name] = value
  }
  return {
    display_name: changed('display_name'),
    description: changed('description'),
    alt_text: changed('alt_text'),
    tags: changed('tags'),
    custom,
  }
}

/** Equal as JSON, with object keys in any order. */
export function sameValue(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}
