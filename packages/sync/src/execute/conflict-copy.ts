import { type AssetId, isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import { type AssetMetadata, NO_METADATA } from '../ports/asset-metadata.ts'
import type { AssetContent, AssetWrite, BaseWrite, PlannedRow } from '../ports/ledger.ts'
import type { ContentSource } from '../ports/store.ts'
import { conflictName } from '../reconcile/conflict-name.ts'
import type { Performing } from './performing.ts'
import { describe, writeNew } from './store-steps.ts'
import { holdableOf } from './trees-in-hand.ts'

/** The loser of a conflict as an asset of its own, on both sides. */
export interface ConflictCopy {
  readonly assetId: AssetId
  readonly key: string
  readonly asset: AssetWrite
  readonly base: BaseWrite
}

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
 * Writes the loser under a conflict name that is free on both sides, or that an object with this very content and nothing else
 * has: a crash between this and the commit leaves that, and never makes a second copy.
 */
export async function writeConflictCopy(
  row: PlannedRow,
  losing: Losing,
  performing: Performing,
): Promise<ConflictCopy> {
  const { store, random } = performing
  const { key, written } = await writeUnderFreeName(row, losing, performing)
  const metadata = holdableOf(store, losing.metadata)
  const plain = JSON.stringify(metadata) === JSON.stringify(holdableOf(store, NO_METADATA))
  const object = plain || written.metadataVersion !== null ? written : await describe(written, metadata, performing)
  const assetId = random.uuid() as AssetId
  return {
    assetId,
    key,
    asset: { kind: 'create', id: assetId, key, content: losing.content, metadata: losing.metadata },
    base: { kind: 'agree', assetId, object, sha256: losing.content.sha256, metadata, revision: null },
  }
}

/** A conflict name that nothing has, on either side. */
export async function freeConflictName(key: string, performing: Performing): Promise<string> {
  for await (const name of freeNames(key, performing)) {
    const there = await performing.store.head(name, { signal: performing.signal })
    if (there === null) return name
  }
  throw tooMany(key)
}

async function writeUnderFreeName(row: PlannedRow, losing: Losing, performing: Performing) {
  for await (const key of freeNames(losing.key, performing)) {
    try {
      return { key, written: await writeNew(row, key, losing.source, performing) }
    } catch (error) {
      if (!isSyncwatchError(error, 'precondition_failed')) throw error
    }
  }
  throw tooMany(losing.key)
}

/** Conflict names in their order, without those of assets. One that only the store has may be what a crash left of a copy. */
async function* freeNames(key: string, { ledger, claimed, record }: Performing): AsyncGenerator<string> {
  for (let first = 1; first < MOST_COPIES; first += 10) {
    const names = Array.from({ length: 10 }, (_, index) => conflictName(key, record.name, first + index))
    const assets = await ledger.taken(names)
    for (const name of names) if (!claimed.has(name) && !assets.has(name)) yield name
  }
}

function tooMany(key: string): SyncwatchError {
  return new SyncwatchError('item_name_collision', `There are ${MOST_COPIES} conflict copies of "${key}" already.`)
}
