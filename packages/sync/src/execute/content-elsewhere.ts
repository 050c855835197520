import { createHash } from 'node:crypto'
import { isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import type { ContentHolder } from '../ports/ledger.ts'
import type { ContentSource, Store, StoreObject } from '../ports/store.ts'
import type { Performing } from './performing.ts'

export interface WantedContent {
  readonly key: string
  readonly sha256: string
  readonly size: number
  readonly modifiedAt: string | null
}

/**
 * Content that the vault does not keep, out of a store that has it still as it was agreed on, or under the name that it was being
 * given. It goes from there to where it is wanted: what nobody wanted to be kept twice is not kept because of it. Rejects `not_found`
 * and says which store would have it.
 */
export async function contentElsewhere(wanted: WantedContent, performing: Performing): Promise<ContentSource> {
  const { ledger, otherStores, signal } = performing
  const holders = await ledger.elsewhere(wanted.sha256)
  for (const holder of holders) {
    try {
      const store = await otherStores?.open(holder.storeId)
      if (store === undefined) continue
      const there = await findThere(store, holder, wanted, signal)
      if (there !== null) return sourceIn(store, there, wanted)
    } catch (error) {
      if (signal.aborted || !isSyncwatchError(error)) throw error
    }
  }
  throw notReadable(wanted, holders)
}

/** What is on its way to another name may be another thing by now, whatever its version says: it is read before it is counted on. */
async function findThere(
  store: Store,
  { key, version, movingTo }: ContentHolder,
  wanted: WantedContent,
  signal: AbortSignal,
): Promise<StoreObject | null> {
  const there = await store.head(key, { signal })
  if (there?.version === version) return there
  if (movingTo === null) return null
  const moved = movingTo === key ? there : await store.head(movingTo, { signal })
  if (moved?.size !== wanted.size) return null
  // Rejects at its end where it is another content.
  for await (const _ of await sourceIn(store, moved, wanted).open(signal)) signal.throwIfAborted()
  return moved
}

/** Whether a store that answers does not have it as it was agreed on. */
export async function isLostThere(
  { storeId, key, version }: ContentHolder,
  { otherStores, signal }: Pick<Performing, 'otherStores' | 'signal'>,
): Promise<boolean> {
  try {
    const store = await otherStores?.open(storeId)
    return store !== undefined && (await store.head(key, { signal }))?.version !== version
  } catch (error) {
    if (signal.aborted || !isSyncwatchError(error)) throw error
    return false
  }
}

function sourceIn(store: Store, { key, version }: StoreObject, wanted: WantedContent): ContentSource {
  const { sha256, size, modifiedAt } = wanted
  const open = async (signal?: AbortSignal) => {
    const opened = await store.read(key, signal === undefined ? {} : { signal })
    if (opened.object.version !== version) throw changedThere(key)
    return verified(opened, sha256)
  }
  return { sha256, size, open, localPath: null, modifiedAt }
}

/** Fails at its end where it is not the content that it should be: then nothing is published of it. */
async function* verified(
  { object, stream, close }: Awaited<ReturnType<Store['read']>>,
  sha256: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of stream) {
      hash.update(chunk)
      yield chunk
    }
    if (hash.digest('hex') !== sha256) throw changedThere(object.key)
  } finally {
    await close()
  }
}

function changedThere(key: string): SyncwatchError {
  return new SyncwatchError(
    'item_changing',
    `"${key}" changed in the store that it is read from. The next run looks again.`,
  )
}

function notReadable({ key }: WantedContent, holders: readonly ContentHolder[]): SyncwatchError {
  const names = holders.map(({ storeName }) => `"${storeName}"`).join(', ')
  const why =
    holders.length === 0
      ? 'No store has it as the library knows it.'
      : `Only ${names} has it, and it cannot be read there as it was agreed on. Sync that store first.`
  return new SyncwatchError('not_found', `The library keeps no bytes of "${key}". ${why}`)
}
