import { type AssetId, type StoreId, SyncwatchError } from '@syncwatch/core'
import { expect, test } from 'vitest'
import { performSettlement } from '../../src/execute/perform-settlement.ts'
import type { Performing } from '../../src/execute/performing.ts'
import type { TreesInHand } from '../../src/execute/trees-in-hand.ts'
import { NO_METADATA } from '../../src/ports/asset-metadata.ts'
import type { ContentHolder, LedgerEntry, PlannedRow } from '../../src/ports/ledger.ts'
import type { StoreObject } from '../../src/ports/store.ts'
import { settle } from '../../src/reconcile/settle.ts'

const OBJECT: StoreObject = {
  key: 'a.txt',
  remoteId: null,
  version: 'v2',
  size: 5,
  modifiedAt: null,
  metadataVersion: null,
}
const HOLDER: ContentHolder = {
  storeId: 'other' as StoreId,
  storeName: 'Other',
  key: 'a.txt',
  version: 'v1',
  movingTo: null,
  lost: false,
}

/** Both sides gave a name to something; the library's bytes are in another store only, if anywhere. */
function inHand(): TreesInHand {
  const trees = {
    base: null,
    tombstone: null,
    library: {
      key: 'a.txt',
      revision: 3,
      sha256: 'theirs',
      metadata: NO_METADATA,
      modifiedAt: null,
      trashed: false,
    },
    store: { ...OBJECT, sha256: 'ours', metadata: NO_METADATA },
    taken: 'no',
  } as const
  const row = { seq: 1, key: 'a.txt', trees, assetId: 'asset' as AssetId, object: OBJECT, size: 7, decision: null }
  const content = { object: OBJECT, sha256: 'ours', size: 5, mimeType: 'text/plain' }
  return { row: row as unknown as PlannedRow, trees, fullMetadata: NO_METADATA, object: OBJECT, content }
}

/** A world that fails when anything is written to it. Its other store answers for its object, or is away. */
function performingWith(holders: readonly ContentHolder[], other: (() => StoreObject | null) | null): Performing {
  const calls: Record<string, unknown> = {
    record: { name: 'store', mode: 'two-way', content_mode: 'reference' },
    store: { capabilities: { metadata: false, names: 'exact', ids: 'none' }, head: async () => OBJECT },
    vault: { has: async (sha256: string) => sha256 === 'ours', read: () => [] },
    ledger: { elsewhere: async () => holders, taken: async () => new Map() },
    otherStores: {
      open: async () => {
        if (other === null) throw new SyncwatchError('store_unavailable', 'It is not there.')
        return { head: async () => other() }
      },
    },
    signal: new AbortController().signal,
    claimed: new Set(),
    copies: new Map(),
    left: { mayGive: async () => true },
  }
  return calls as unknown as Performing
}

async function perform(holders: readonly ContentHolder[], other: (() => StoreObject | null) | null = null) {
  const hand = inHand()
  const settlement = settle(hand.trees, { mode: 'two-way', conflicts: 'keep-both' })
  if (settlement.kind !== 'settle') throw new Error('There is nothing to perform.')
  expect(settlement).toMatchObject({ rule: 'R22', loser: { side: 'store', kept: 'copy' } })
  return performSettlement(settlement, hand, performingWith(holders, other), { policy: 'keep-both', approvedBy: null })
}

test('R22: no copy is written of a loser while the bytes of the winner cannot be had', async () => {
  await expect(perform([HOLDER])).rejects.toMatchObject({ code: 'not_found' })
})

test('R22: a winner whose bytes nobody has is decided on anew', async () => {
  expect(await perform([])).toEqual({ kind: 'nowhere' })
})

test.each([
  ['does not have it', () => null],
  ['has another one there', () => OBJECT],
])('R9, R22: nobody has the bytes where the other store has lost them as well and %s', async (_, other) => {
  expect(await perform([{ ...HOLDER, lost: true }], other)).toEqual({ kind: 'nowhere' })
})

test.each([
  ['is away', true, null],
  ['has not said that it lost them', false, () => null],
])('R9, R22: somebody may have the bytes while the other store %s', async (_, lost, other) => {
  await expect(perform([{ ...HOLDER, lost }], other)).rejects.toMatchObject({ code: 'not_found' })
})

test('R9, R22: what the other store lost and got back is somewhere', async () => {
  // Reading it is another matter: this world can do nothing but look.
  await expect(perform([{ ...HOLDER, lost: true }], () => ({ ...OBJECT, version: 'v1' }))).rejects.toThrow(TypeError)
})

test.each([
  [
    'an asset of its own before it is overwritten',
    true,
    ['write a.conflict-store-1.txt', 'commit create a.conflict-store-1.txt', 'write a.txt'],
  ],
  [
    'not overwritten where its copy became no asset',
    false,
    ['write a.conflict-store-1.txt', 'commit create a.conflict-store-1.txt'],
  ],
])('X1: the loser of a conflict is %s', async (_, isAccepted, steps) => {
  const done: string[] = []
  const capabilities = { metadata: false, names: 'exact', ids: 'none' }
  const write = async (key: string) => {
    done.push(`write ${key}`)
    return { ...OBJECT, key, version: 'v3' }
  }
  const performing = {
    ...performingWith([], null),
    store: { capabilities, head: async () => OBJECT, write },
    vault: { has: async () => true, read: () => [] },
    random: { uuid: () => '00000000-0000-4000-8000-000000000001' },
    ledger: {
      elsewhere: async () => [],
      taken: async () => new Map(),
      commit: async ([entry]: readonly LedgerEntry[]) => {
        for (const asset of entry?.assets ?? []) done.push(`commit ${asset.kind} ${'key' in asset ? asset.key : ''}`)
        return [isAccepted]
      },
    },
  } as unknown as Performing
  const hand = inHand()
  const settlement = settle(hand.trees, { mode: 'two-way', conflicts: 'keep-both' })
  if (settlement.kind !== 'settle') throw new Error('There is nothing to perform.')
  const performed = performSettlement(settlement, hand, performing, { policy: 'keep-both', approvedBy: null })
  if (isAccepted) await performed
  else await expect(performed).rejects.toMatchObject({ code: 'item_changing' })
  expect(done).toEqual(steps)
})
