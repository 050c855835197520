import { type AssetId, isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import { type AssetMetadata, NO_METADATA } from '../ports/asset-metadata.ts'
import type { AssetContent, PlannedRow } from '../ports/ledger.ts'
import type { ContentSource, StoreObject } from '../ports/store.ts'
import { conflictName } from '../reconcile/conflict-name.ts'
import { keyBeforeMoving } from '../reconcile/name-between.ts'
import { changing, readObject } from './keep-content.ts'
import { NO_ENTRY } from './outcome.ts'
import type { ConflictCopy, Performing } from './performing.ts'
import { describe, writeNew } from './store-steps.ts'
import { holdableOf, sameValue } from './trees-in-hand.ts'

export interface Losing {
  /** The name that the winner keeps. */
  readonly key: string
  readonly content: AssetContent
  readonly source: ContentSource
  readonly metadata: AssetMetadata
}

/** Names are looked for as far as this; who has so many conflicts of one file is told so. */
const MOST_COPIES = 1_000

/**
 * Writes the loser under a conflict name that is free on both sides, and commits it as an asset of its own before the caller takes the
 * loser from its place: whatever happens to the copy from then on happens to something that the library knows. What has such a name and
 * this very content already is the copy: an object is what a crash left between this and the commit, an asset what a run made of that.
 */
export async function writeConflictCopy(
  row: PlannedRow,
  losing: Losing,
  performing: Performing,
): Promise<ConflictCopy> {
  const { claimed, copies } = performing
  // A row that waits for a name is settled more than once in a run.
  const known = copies.get(`${row.seq} ${losing.content.sha256}`)
  if (known !== undefined) return known
  for await (const { key, asset } of conflictNames(losing.key, performing)) {
    if (asset?.sha256 === losing.content.sha256) return { assetId: asset.id, key }
    if (asset !== undefined || claimed.has(key)) continue
    const written = await writeNew(row, key, losing.source, performing).catch(nullWhereTaken)
    if (written === null) continue
    const copy = { assetId: await commitCopy(row, key, written, losing, performing), key }
    copies.set(`${row.seq} ${losing.content.sha256}`, copy)
    return copy
  }
  throw tooMany(losing.key)
}

/** Another thing has the name, or one that the store cannot tell from it. */
function nullWhereTaken(error: unknown): null {
  if (isSyncwatchError(error, 'precondition_failed') || isSyncwatchError(error, 'item_name_collision')) return null
  throw error
}

async function commitCopy(
  row: PlannedRow,
  key: string,
  written: StoreObject,
  losing: Losing,
  performing: Performing,
): Promise<AssetId> {
  const { store, random, ledger } = performing
  const metadata = holdableOf(store, losing.metadata)
  const plain = sameValue(metadata, holdableOf(store, NO_METADATA))
  const object = plain || written.metadataVersion !== null ? written : await describe(written, metadata, performing)
  const id = random.uuid() as AssetId
  const { content } = losing
  const [isCommitted] = await ledger.commit([
    {
      ...NO_ENTRY,
      assets: [{ kind: 'create', id, key, content, metadata: losing.metadata }],
      bases: [{ kind: 'agree', assetId: id, object, sha256: content.sha256, metadata, revision: null }],
    },
  ])
  // Somebody made another asset of that name meanwhile.
  if (isCommitted !== true) throw changing(row.key)
  return id
}

/**
 * A conflict name that nothing has, on either side. Where `object` is to get it in a store that renames by copying, a copy of it that a
 * crash has left under such a name is its own.
 */
export async function freeConflictName(
  row: PlannedRow,
  key: string,
  object: StoreObject | null,
  performing: Performing,
): Promise<string> {
  for await (const { key: name, asset } of conflictNames(key, performing)) {
    if (asset !== undefined) continue
    if (name === object?.key) return name
    if (await isFree(name, performing)) return name
    if (object !== null && (await isCopyOf(row, object, name, performing))) return name
  }
  throw tooMany(key)
}

async function isCopyOf(row: PlannedRow, object: StoreObject, name: string, performing: Performing): Promise<boolean> {
  const { store, ledger, signal, claimed } = performing
  if (store.capabilities.rename || claimed.has(name)) return false
  const there = await store.head(name, { signal })
  if (there?.size !== object.size || (await ledger.based([name])).size > 0) return false
  const [one, other] = [
    await readObject(row, name, false, performing),
    await readObject(row, object.key, false, performing),
  ]
  return one.sha256 === other.sha256
}

/**
 * A name for an object that has one in between, which is nobody's: that of its asset, else the one that it left, else a conflict name,
 * whichever nothing else has.
 */
export async function nameOfItsOwn(row: PlannedRow, key: string, performing: Performing): Promise<string> {
  const names = new Set([row.trees.library?.key, keyBeforeMoving(key)].filter((name) => name != null))
  const assets = await performing.ledger.taken([...names])
  for (const name of names) {
    const asset = assets.get(name)
    if (asset !== undefined && asset.id !== row.assetId) continue
    if (keyBeforeMoving(name) === null && (await isFree(name, performing))) return name
  }
  return freeConflictName(row, key, null, performing)
}

async function isFree(name: string, { store, claimed, signal }: Performing): Promise<boolean> {
  return !claimed.has(name) && (await store.head(name, { signal })) === null
}

/** Conflict names in their order, with the live assets that have them. */
async function* conflictNames(key: string, { ledger, record }: Performing) {
  for (let first = 1; first < MOST_COPIES; first += 10) {
    const names = Array.from({ length: 10 }, (_, index) => conflictName(key, record.name, first + index))
    const assets = await ledger.taken(names)
    for (const name of names) yield { key: name, asset: assets.get(name) }
  }
}

function tooMany(key: string): SyncwatchError {
  return new SyncwatchError('item_name_collision', `There are ${MOST_COPIES} conflict copies of "${key}" already.`)
}
