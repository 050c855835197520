import type { OperationId, StoreId } from '@syncwatch/core'
import { fullSync, RunTally, syncSingle } from '@syncwatch/sync'
import { expect, test } from 'vitest'
import { FakeClock } from '../src/fake-clock.ts'
import { SeededRandom } from '../src/seeded-random.ts'
import { SimulatedPlace } from '../src/simulated-store/simulated-place.ts'
import { SimulatedStore } from '../src/simulated-store/simulated-store.ts'
import { MemoryLedger, MemoryLibrary } from '../src/simulator/index.ts'
import { SimulatedVault, VaultContents } from '../src/simulator/simulated-vault.ts'

const storeId = 'store-0' as StoreId

/** A store with one new file, and another disk that comes to stand at its place when the file is read: all looks before that saw ours. */
function exchangedWhileRead() {
  const clock = new FakeClock()
  const random = new SeededRandom(1)
  const place = new SimulatedPlace({ profile: 's3', clock, random })
  place.createMarker()
  place.put('new.txt', 'ours')
  const library = new MemoryLibrary()
  library.fences.set(storeId, 1)
  library.stores.set(storeId, {
    id: storeId,
    name: 'store',
    kind: 's3',
    mode: 'two-way',
    content_mode: 'full',
    conflict_policy: 'keep-both',
    delete_limit: null,
    location: 'simulated',
    config: {},
    identity: place.identity,
  })
  library.identities.set(storeId, place.identity)
  const ledger = new MemoryLedger({ library, clock, attempt: 1, step: async () => {}, onCommit: () => {} })
  const store = new SimulatedStore(place, {
    clock,
    random,
    onCall: ({ name, phase }) => {
      if (name === 'read' && phase === 'before') place.exchangeForAWhile({ 'new.txt': 'theirs' })
    },
  })
  const run = {
    id: 'operation' as OperationId,
    progress: async () => undefined as never,
    items: async () => undefined as never,
    held: async () => {},
    signal: new AbortController().signal,
  }
  const options = {
    ledger,
    store,
    vault: new SimulatedVault(new VaultContents(), async () => {}),
    inspector: {
      sniffBytes: 16,
      sniff: async () => 'text/plain',
      canInspect: () => false,
      inspect: () => Promise.reject(new Error('Nobody asks.')),
    },
    run,
    signal: run.signal,
    clock,
    random,
    durability: 'relaxed',
    concurrency: 1,
    tally: new RunTally(),
  } as const
  return { options, ledger, library }
}

test('G9: a full sync commits nothing of what it read after its last look, when another disk stood there by then', async () => {
  const { options, library } = exchangedWhileRead()
  await expect(fullSync({ ...options, storeId })).rejects.toMatchObject({ code: 'store_unavailable' })
  expect(library.assets.size).toBe(0)
})

test('G9: a sync of one thing commits nothing of what it read after its last look, when another disk stood there by then', async () => {
  const { options, ledger, library } = exchangedWhileRead()
  const record = await ledger.store(storeId)
  const single = syncSingle({ ...options, record, assetId: null, keys: ['new.txt'] })
  await expect(single).rejects.toMatchObject({ code: 'store_unavailable' })
  expect(library.assets.size).toBe(0)
})
