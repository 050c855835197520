import { NO_METADATA } from '../../src/ports/asset-metadata.ts'
import { losesName, type Settlement } from '../../src/reconcile/settlement.ts'
import { liveAsset, seenObject, storeDocument } from '../../src/reconcile/side-change.ts'
import type { LibrarySide, StoreSide, ThreeTrees } from '../../src/reconcile/three-trees.ts'

type Settle = Extract<Settlement, { kind: 'settle' }>

const NOW = { version: 'v9', metadataVersion: 'm9', modifiedAt: null }

/** The trees as a settlement leaves them, when it was performed and nobody came between. */
export function performed(trees: ThreeTrees, settlement: Settle): ThreeTrees {
  const quiet = { ...trees, tombstone: null, taken: 'no' as const }
  if (settlement.base === 'release') {
    const { library } = trees
    const isRenamed = library !== null && settlement.loser?.side === 'library'
    return { ...quiet, library: isRenamed ? renamed(library, settlement) : library, base: null }
  }
  const object = fullyRead(trees)
  if (settlement.base === 'tombstone') {
    const version = object?.version ?? trees.base?.version ?? ''
    return { ...quiet, base: null, tombstone: { version }, library: null, store: 'absent' }
  }
  const library = renamed(libraryAfter(trees, settlement, object), settlement)
  const store = renamed(storeAfter(settlement, library, object), settlement)
  const { key, version, sha256, metadataVersion } = store
  return {
    ...quiet,
    library,
    store,
    base: { key, version, sha256, metadataVersion, metadata: store.metadata ?? NO_METADATA },
  }
}

/** The object with what it has, also where nobody had to look. */
function fullyRead(trees: ThreeTrees): StoreSide | null {
  const object = seenObject(trees)
  if (object === null) return null
  const { base } = trees
  const sha256 =
    object.sha256 ?? (object.version === base?.version ? base.sha256 : null) ?? trees.library?.sha256 ?? null
  const metadata = storeDocument(trees, object) ?? base?.metadata ?? NO_METADATA
  return { ...object, sha256, metadata }
}

function libraryAfter(trees: ThreeTrees, { library: change }: Settle, object: StoreSide | null): LibrarySide {
  if (change.kind === 'create') {
    if (object === null) throw new Error('There is nothing to make an asset of.')
    const { key, sha256, metadata } = object
    return { key, sha256, metadata: metadata ?? NO_METADATA, revision: 1, modifiedAt: null, trashed: false }
  }
  const before = liveAsset(trees) ?? trees.library
  if (before === null) throw new Error('There is no asset.')
  if (change.kind !== 'change') return before
  return {
    ...before,
    key: change.key ?? before.key,
    sha256: change.content ? (object?.sha256 ?? null) : before.sha256,
    metadata: change.metadata ?? before.metadata,
    trashed: false,
  }
}

function storeAfter({ store: change }: Settle, library: LibrarySide, object: StoreSide | null): StoreSide {
  const { key, sha256, metadata } = library
  if (change.kind === 'create' || object === null) return { ...NOW, key, sha256, metadata }
  if (change.kind !== 'change') return object
  return {
    ...NOW,
    key: change.key ?? object.key,
    sha256: change.content ? sha256 : object.sha256,
    metadata: change.metadata ?? object.metadata,
  }
}

function renamed<Side extends { readonly key: string }>(side: Side, { loser }: Settle): Side {
  return losesName(loser) ? { ...side, key: 'conflict.jpg' } : side
}
