import { isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import { foldKey } from '../plan/fold-key.ts'
import type { AssetMetadata } from '../ports/asset-metadata.ts'
import type { PlannedRow } from '../ports/ledger.ts'
import type { ContentSource, Store, StoreObject } from '../ports/store.ts'
import { changing, keepBeforeLoss, readObject, vaultContent } from './keep-content.ts'
import { NO_ENTRY } from './outcome.ts'
import type { Performing } from './performing.ts'

/**
 * Writes content under a name that nothing is under. What is there already is it where it has the same content and belongs to
 * nothing else: that is what a crash after the writing leaves. Rejects `precondition_failed` otherwise.
 */
export async function writeNew(
  row: PlannedRow,
  key: string,
  content: ContentSource,
  performing: Performing,
): Promise<StoreObject> {
  return (await writeOrFind(row, key, content, performing)).object
}

/** The same, and whether it was there already: then somebody may have described it. */
export async function writeOrFind(
  row: PlannedRow,
  key: string,
  content: ContentSource,
  performing: Performing,
): Promise<{ object: StoreObject; wasThere: boolean }> {
  const { store, signal, durability, claimed, left } = performing
  if (!(await left.mayGive(key))) throw waiting(key)
  claimed.add(key)
  try {
    const object = await store.write(key, content, { kind: 'absent' }, { signal, durability })
    return { object, wasThere: false }
  } catch (error) {
    if (!isSyncwatchError(error, 'precondition_failed')) throw error
    const there = await sameContent(row, key, content, performing)
    if (there !== null) return { object: there, wasThere: true }
    claimed.delete(key)
    throw waiting(key, error)
  }
}

/** The object under `key` where it has this content and no base row is about it. */
async function sameContent(
  row: PlannedRow,
  key: string,
  content: { readonly sha256: string; readonly size: number },
  performing: Performing,
): Promise<StoreObject | null> {
  const there = await performing.store.head(key, { signal: performing.signal })
  if (there === null) return null
  // R25: what the store cannot tell from it is another's.
  if (there.key !== key) throw sameName(key, there.key)
  if (there.size !== content.size) return null
  if ((await performing.ledger.based([key])).size > 0) return null
  const taken = await readObject(row, key, false, performing)
  return taken.sha256 === content.sha256 ? taken.object : null
}

/** Overwrites exactly `object`, whose content the vault keeps. */
export async function overwrite(
  row: PlannedRow,
  object: StoreObject,
  knownSha256: string | null,
  content: ContentSource,
  performing: Performing,
): Promise<StoreObject> {
  const { store, signal, durability } = performing
  await keepBeforeLoss(row, object, knownSha256, performing)
  const condition = { kind: 'version', version: object.version } as const
  return store.write(object.key, content, condition, { signal, durability })
}

/** Deletes exactly `object`, whose content the vault keeps. A direct read comes first: it may be another one meanwhile. */
export async function deleteObject(
  row: PlannedRow,
  object: StoreObject,
  knownSha256: string | null,
  performing: Performing,
): Promise<void> {
  const { store, signal, durability, left } = performing
  await keepBeforeLoss(row, object, knownSha256, performing)
  const now = await store.head(object.key, { signal })
  if (now === null) return
  if (now.version !== object.version) throw changed(object.key)
  left.leave(object.key)
  await store.delete(object.key, object.version, { signal, durability })
}

/** Renames exactly `object`. A store without renames gets a copy under the new name, which is read back before the old one goes. */
export async function renameObject(
  row: PlannedRow,
  object: StoreObject,
  to: string,
  knownSha256: string | null,
  performing: Performing,
): Promise<StoreObject> {
  const { store, signal, durability, claimed, left } = performing
  // It has it already; copied to itself it would be deleted as what it was copied from.
  if (object.key === to) return object
  // In other letters it is the same name there, and it is free because the object itself has it.
  const isSameName = store.capabilities.names === 'folded' && foldKey(object.key) === foldKey(to)
  if (isSameName && !store.capabilities.rename) throw sameName(to, object.key)
  if (store.capabilities.rename) {
    if (!isSameName && ((await store.head(to, { signal })) !== null || !(await left.mayGive(to))))
      throw await othersName(row, object, to, performing)
    claimed.add(to)
    await announceMove(row, object, to, performing)
    if (losesItsBase(row, object, store)) left.leave(object.key)
    return store.move(object.key, to, object.version, { signal, durability }).catch((error: unknown) => {
      claimed.delete(to)
      throw error
    })
  }
  const content = await readObject(row, object.key, true, performing)
  if (content.object.version !== object.version || (knownSha256 !== null && content.sha256 !== knownSha256))
    throw changed(object.key)
  const metadata = await metadataOf(object, performing)
  if (!(await left.mayGive(to))) throw waiting(to)
  // What is there already is another's, or what a run before has copied, which said so then.
  if ((await store.head(to, { signal })) === null) await announceMove(row, object, to, performing)
  const written = await writeNew(row, to, vaultContent(content, performing), performing).catch(
    async (error: unknown) => {
      if (!isSyncwatchError(error, 'precondition_failed')) throw error
      throw await othersName(row, object, to, performing)
    },
  )
  const copy = metadata === null ? written : await describe(written, metadata, performing)
  const back = await readObject(row, to, false, performing)
  if (back.sha256 !== content.sha256) throw changing(row.key)
  const now = await store.head(object.key, { signal })
  if (now !== null && now.version !== object.version) {
    // The old one is another one now and stays, so the copy under the new name is nobody's.
    await store.delete(to, copy.version, { signal, durability })
    throw changed(object.key)
  }
  if (losesItsBase(row, object, store)) left.leave(object.key)
  await store.delete(object.key, object.version, { signal, durability })
  return copy
}

/**
 * The base knows of both names before the store has the new one, wherever the object will not be known by its id: a crash between
 * the two leaves nothing that nobody knows.
 */
async function announceMove(
  row: PlannedRow,
  object: StoreObject,
  to: string,
  { store, ledger }: Performing,
): Promise<void> {
  const { replicaId } = row
  if (replicaId === null || !losesItsBase(row, object, store)) return
  await ledger.commit([{ ...NO_ENTRY, bases: [{ kind: 'moving', replicaId, from: object.key, to }] }])
}

/** What stands under a name that a run before this one was giving was not put there by it: the next comparison is to know. */
async function othersName(
  { movingTo, replicaId }: PlannedRow,
  { key }: StoreObject,
  to: string,
  { ledger }: Performing,
): Promise<SyncwatchError> {
  if (movingTo === to && replicaId !== null)
    await ledger.commit([{ ...NO_ENTRY, bases: [{ kind: 'moving', replicaId, from: key, to: key }] }])
  return waiting(to)
}

/** The object has its name in between now, and what it left may be given to another. */
export async function nowUnder(row: PlannedRow, object: StoreObject, { store, ledger }: Performing): Promise<void> {
  const { replicaId } = row
  if (replicaId === null || !losesItsBase(row, object, store)) return
  const here = { kind: 'moving', replicaId, from: object.key, to: object.key } as const
  await ledger.commit([{ ...NO_ENTRY, bases: [here] }])
}

/**
 * Whether the next comparison could not tell by its id that an object under a new name is that of the base. A hint tells it with the
 * version only.
 */
export function losesItsBase({ trees: { base } }: PlannedRow, object: StoreObject, { capabilities }: Store): boolean {
  if (base === null) return false
  return capabilities.ids === 'none' || (capabilities.ids === 'hint' && object.version !== base.version)
}

/** What an object says of itself, null where it says nothing. Rejects `item_changing` where another one has its name by now. */
export async function metadataOf(object: StoreObject, { store, signal }: Performing): Promise<AssetMetadata | null> {
  const { key, version, metadataVersion } = object
  if (!store.capabilities.metadata || metadataVersion === null) return null
  const metadata = await store.readMetadata(key, { signal })
  const now = await store.head(key, { signal })
  if (now?.version !== version || now.metadataVersion !== metadataVersion) throw changing(key)
  return metadata
}

/** Replaces the metadata of exactly `object`. */
export async function describe(
  object: StoreObject,
  metadata: AssetMetadata,
  { store, signal, durability }: Performing,
): Promise<StoreObject> {
  return store.setMetadata(object.key, metadata, object.version, {
    signal,
    durability,
    metadataVersion: object.metadataVersion,
  })
}

function sameName(key: string, other: string): SyncwatchError {
  return new SyncwatchError(
    'item_name_collision',
    `This store cannot tell "${key}" from "${other}". Rename one of them.`,
  )
}

/** Another object still has the name. It may be about to leave it. */
function waiting(key: string, cause?: unknown): SyncwatchError {
  return new SyncwatchError(
    'precondition_failed',
    `Another file is called "${key}" in the store. The next run looks again.`,
    {
      ...(cause === undefined ? {} : { cause }),
      details: { waitsFor: key },
    },
  )
}

function changed(key: string): SyncwatchError {
  return new SyncwatchError('precondition_failed', `"${key}" is another version now. The next run looks again.`)
}
