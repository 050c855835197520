import type { AssetMetadata } from '../ports/asset-metadata.ts'
import { NO_METADATA } from '../ports/asset-metadata.ts'
import { sameMetadata } from './merge-metadata.ts'
import { keyBeforeMoving } from './name-between.ts'
import type { LibrarySide, StoreSide, ThreeTrees } from './three-trees.ts'

/** The letters of the table: same, content, metadata, deleted, new, renamed, nothing there and nothing expected, not known. */
export type Letter = '=' | 'M' | 'm' | 'D' | 'N' | 'R' | '-' | '?'

/** How one side stands to the base, each dimension by itself. `unread`: it may have changed, nobody has looked. */
export type SideChange =
  | { readonly presence: 'none' | 'gone' | 'unknown' | 'new' }
  | {
      readonly presence: 'kept'
      readonly content: 'same' | 'changed' | 'unread'
      readonly metadata: 'same' | 'changed' | 'unread'
      readonly renamed: boolean
    }

/** The asset, if it is live. */
export function liveAsset({ library }: ThreeTrees): LibrarySide | null {
  return library === null || library.trashed ? null : library
}

/** The object, if it was seen. */
export function seenObject({ store }: ThreeTrees): StoreSide | null {
  return typeof store === 'string' ? null : store
}

/** What an object has of metadata; null while nobody has read it. No version means that it has none. */
export function objectMetadata(object: StoreSide): AssetMetadata | null {
  return object.metadata ?? (object.metadataVersion === null ? NO_METADATA : null)
}

/** What the store has of metadata: what the base knows while the version is the same, else what was read; null while nobody has. */
export function storeDocument({ base }: ThreeTrees, store: StoreSide): AssetMetadata | null {
  return base !== null && store.metadataVersion === base.metadataVersion ? base.metadata : objectMetadata(store)
}

/** How the library stands to the base. An asset whose content nobody knows has not changed. */
export function libraryChange(trees: ThreeTrees): SideChange {
  const { base } = trees
  const asset = liveAsset(trees)
  if (base === null) return { presence: asset === null ? 'none' : 'new' }
  if (asset === null) return { presence: 'gone' }
  return {
    presence: 'kept',
    content: asset.sha256 === null || asset.sha256 === base.sha256 ? 'same' : 'changed',
    metadata: sameMetadata(asset.metadata, base.metadata) ? 'same' : 'changed',
    renamed: asset.key !== base.key,
  }
}

/** How the store stands to the base. Another version of the same content (a file that was touched) has not changed. */
export function storeChange(trees: ThreeTrees): SideChange {
  const { base, store } = trees
  if (store === 'unknown') return { presence: 'unknown' }
  if (base === null) return { presence: store === 'absent' ? 'none' : 'new' }
  if (store === 'absent') return { presence: 'gone' }
  return {
    presence: 'kept',
    content: storeContent(base.version, base.sha256, store),
    metadata: storeMetadata(trees, store),
    // Nobody gave it a name in between: it is on its way from one name to another, and nobody has taken that from it.
    renamed: store.key !== base.key && keyBeforeMoving(store.key) === null && keyBeforeMoving(base.key) === null,
  }
}

function storeContent(version: string, sha256: string | null, store: StoreSide): 'same' | 'changed' | 'unread' {
  if (store.version === version) return 'same'
  if (store.sha256 === null) return 'unread'
  return store.sha256 === sha256 ? 'same' : 'changed'
}

function storeMetadata(trees: ThreeTrees, store: StoreSide): 'same' | 'changed' | 'unread' {
  const metadata = storeDocument(trees, store)
  if (metadata === null) return 'unread'
  return trees.base === null || sameMetadata(metadata, trees.base.metadata) ? 'same' : 'changed'
}

/** A change in the letters of the table. What was not read counts as changed. */
export function lettersOf(change: SideChange): readonly Letter[] {
  switch (change.presence) {
    case 'none':
      return ['-']
    case 'unknown':
      return ['?']
    case 'gone':
      return ['D']
    case 'new':
      return ['N']
    case 'kept': {
      const letters: Letter[] = []
      if (change.renamed) letters.push('R')
      if (change.content !== 'same') letters.push('M')
      if (change.metadata !== 'same') letters.push('m')
      return letters.length === 0 ? ['='] : letters
    }
  }
}
