import type { AssetId, OperationId, StoreId } from '@syncwatch/core'
import { fullSync, NO_METADATA, RunTally, syncSingle } from '@syncwatch/sync'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../src/fake-clock.ts'
import { SeededRandom } from '../src/seeded-random.ts'
import { SimulatedPlace } from '../src/simulated-store/simulated-place.ts'
import { SimulatedStore } from '../src/simulated-store/simulated-store.ts'
import { STORE_PROFILES } from '../src/simulated-store/store-profile.ts'
import { MemoryLedger, MemoryLibrary } from '../src/simulator/index.ts'
import { SimulatedVault, VaultContents } from '../src/simulator/simulated-vault.ts'

const storeId = 'store-0' as StoreId
const id = 'asset' as AssetId
type Profile = keyof typeof STORE_PROFILES

/** A library with one asset that its store has as well, and runs over both. */
async function inSync(profile: Profile) {
  const clock = new FakeClock()
  const random = new SeededRandom(1)
  const place = new SimulatedPlace({ profile, clock, random })
  place.createMarker()
  const contents = new VaultContents()
  const library = new MemoryLibrary()
  library.fences.set(storeId, 1)
  library.identities.set(storeId, place.identity)
  const record = {
    id: storeId,
    name: 'store',
    kind: STORE_PROFILES[profile].capabilities.kind,
    mode: 'two-way',
    content_mode: 'full',
    conflict_policy: 'keep-both',
    delete_limit: null,
    location: 'simulated',
    config: {},
    identity: place.identity,
  } as const
  library.stores.set(storeId, record)
  library.create(id, 'a.txt', { ...contents.add('text'), mimeType: 'text/plain', modifiedAt: null })
  const run = {
    id: 'operation' as OperationId,
    progress: async () => undefined as never,
    items: async () => undefined as never,
    held: async () => {},
    signal: new AbortController().signal,
  }
  const options = () => ({
    ledger: new MemoryLedger({ library, clock, attempt: 1, step: async () => {}, onCommit: () => {} }),
    store: new SimulatedStore(place, { clock, random }),
    vault: new SimulatedVault(contents, async () => {}),
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
    durability: 'relaxed' as const,
    concurrency: 1,
    tally: new RunTally(),
  })
  const narrowed: string[] = []
  /** A run, and what happens between its listing and its comparison. */
  const full = (meanwhile: () => Promise<void> = async () => {}) =>
    fullSync({
      ...options(),
      storeId,
      turns: {
        begin: async () => {
          await meanwhile()
          return {
            narrow: async (names) => void narrowed.push(`${names.length} names`),
            narrowToPlan: async () => void narrowed.push('plan'),
            end: async () => {},
          }
        },
      },
    })
  const single = (...keys: string[]) => syncSingle({ ...options(), record, assetId: id, keys })
  await full()
  await clock.advance(90_000)
  return { place, library, full, single, narrowed, asset: () => library.assets.get(id) }
}

describe.each(['folder', 'cloudinary', 's3', 'webdav'] as const)(
  'X9: what a listing of %s is too old to show',
  (profile) => {
    test('a name that the library gave meanwhile stays', async () => {
      const { place, library, full, single, asset } = await inSync(profile)
      await full(async () => {
        library.change(id, { key: 'b.txt' })
        await single('a.txt', 'b.txt')
      })
      expect(asset()).toMatchObject({ key: 'b.txt', revision: 2, trashed: false })
      expect(place.objects.map(({ key }) => key)).toEqual(['b.txt'])
    })

    test('a delete in the library is none of what was changed here and written there before it', async () => {
      const { place, library, full, single, asset } = await inSync(profile)
      await full(async () => {
        library.change(id, { key: 'b.txt', metadata: { ...NO_METADATA, alt_text: 'a red hat' } })
        await single('a.txt', 'b.txt')
        library.change(id, { trashed: true })
      })
      expect(asset()).toMatchObject({ trashed: true })
      expect(place.objects).toEqual([])
    })

    test('what somebody else changed there since is found', async () => {
      const { place, library, full, single, asset } = await inSync(profile)
      await full(async () => {
        library.change(id, { key: 'b.txt' })
        await single('a.txt', 'b.txt')
        place.put('b.txt', 'another text')
      })
      await full()
      expect(asset()).toMatchObject({ key: 'b.txt', content: { size: 'another text'.length } })
    })
  },
)

test.each(['folder', 'cloudinary'] as const)(
  'X9: a description that the library gave meanwhile stays (%s)',
  async (profile) => {
    const { library, full, single, asset } = await inSync(profile)
    await full(async () => {
      library.change(id, { metadata: { ...NO_METADATA, alt_text: 'a red hat' } })
      await single('a.txt')
    })
    expect(asset()).toMatchObject({ metadata: { alt_text: 'a red hat' }, revision: 2 })
  },
)

test('up to 500 differences are kept from others by name, and more by the plan of the run', async () => {
  const { place, full, narrowed } = await inSync('folder')
  for (let count = 1; count <= 500; count += 1) place.put(`new ${count}.txt`, `content ${count}`)
  await full()
  for (let count = 1; count <= 501; count += 1) place.put(`newer ${count}.txt`, `content ${count}`)
  await full()
  expect(narrowed.slice(1)).toEqual(['500 names', 'plan'])
})
