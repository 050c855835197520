import { createHash } from 'node:crypto'
import type { Store } from '@syncwatch/sync'
import { describe, expect, test } from 'vitest'
import {
  FakeClock,
  SeededRandom,
  SimulatedPlace,
  SimulatedStore,
  STORE_PROFILES,
  type StoreCall,
  type StoreFaults,
} from '../src/index.ts'

interface MakeOptions {
  readonly kind?: keyof typeof STORE_PROFILES
  readonly seed?: number
  readonly faults?: Partial<StoreFaults>
  readonly latencyMs?: number
  readonly onCall?: (call: StoreCall) => void
}

function make({ kind = 'folder', seed = 1, faults = {}, latencyMs = 0, onCall = () => {} }: MakeOptions = {}) {
  const clock = new FakeClock()
  const random = new SeededRandom(seed)
  const place = new SimulatedPlace({ profile: kind, clock, random })
  const store = new SimulatedStore(place, { clock, random, faults, latencyMs, onCall })
  return { clock, place, store }
}

async function listed(store: Store): Promise<{ keys: string[]; complete: boolean; pages: number }> {
  const keys: string[] = []
  let pages = 0
  let complete = false
  for await (const page of store.list({})) {
    keys.push(...page.objects.map(({ key }) => key))
    complete = page.complete
    pages += 1
  }
  return { keys, complete, pages }
}

function fill(place: SimulatedPlace, count: number): void {
  for (let index = 0; index < count; index += 1) place.put(`${String(index).padStart(3, '0')}.txt`, `content ${index}`)
}

function source(text: string) {
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  async function* stream() {
    yield bytes
  }
  return { sha256, size: bytes.length, localPath: null, open: async () => stream() }
}

describe('what kinds of stores do', () => {
  test('an index catches up within its lag, and a direct read knows at once', async () => {
    const { clock, place, store } = make({ kind: 'cloudinary' })
    place.put('a.txt', 'a')
    expect(await store.head('a.txt')).not.toBeNull()
    expect((await listed(store)).keys).toEqual([])
    await clock.advance(STORE_PROFILES.cloudinary.listingLagMs)
    expect((await listed(store)).keys).toEqual(['a.txt'])
    place.remove('a.txt')
    expect(await store.head('a.txt')).toBeNull()
    expect(await listed(store)).toMatchObject({ keys: ['a.txt'], complete: true })
  })

  test('S3 lists by key over many pages, the others in no useful order', async () => {
    const s3 = make({ kind: 's3' })
    const folder = make({ kind: 'folder' })
    fill(s3.place, 30)
    fill(folder.place, 30)
    const ordered = await listed(s3.store)
    expect(ordered.pages).toBeGreaterThan(5)
    expect(ordered.keys).toEqual([...ordered.keys].sort())
    const unordered = await listed(folder.store)
    expect(unordered.keys).not.toEqual([...unordered.keys].sort())
    expect([...unordered.keys].sort()).toEqual(ordered.keys)
  })

  test('the id of a deleted file is handed out again, with another version', async () => {
    const { place, store } = make({ kind: 'folder' })
    place.put('old.txt', 'same')
    const old = await store.head('old.txt')
    place.remove('old.txt')
    place.put('new.txt', 'same')
    const fresh = await store.head('new.txt')
    expect(fresh?.remoteId).toBe(old?.remoteId)
    expect(fresh?.version).not.toBe(old?.version)
  })

  test('calls over the budget are refused until the hour is over', async () => {
    const { clock, store } = make({ kind: 'cloudinary' })
    for (let call = 0; call < 500; call += 1) await store.head('a.txt')
    await expect(store.head('a.txt')).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retry_after_ms: 3_600_000 },
    })
    await clock.advance(3_600_000)
    expect(await store.head('a.txt')).toBeNull()
  })

  test('what is written between the look and the write is lost where there are no conditions, and said to be', async () => {
    const between = (place: () => SimulatedPlace) => (call: StoreCall) => {
      if (call.phase === 'between') place().put('a.txt', 'theirs')
    }
    const folder = make({ onCall: between(() => folder.place) })
    const { version } = folder.place.put('a.txt', 'seen')
    await folder.store.write('a.txt', source('ours'), { kind: 'version', version })
    expect(folder.place.lostInRace.size).toBe(1)
    expect(folder.place.get('a.txt')?.content).toBe('ours')
  })
})

describe('hostile days', () => {
  const faults = (fault: keyof StoreFaults) => ({ faults: { [fault]: 1 } })

  test.each(['truncatedListing', 'emptyListing', 'staleListing'] as const)(
    '%s misses objects and says complete',
    async (fault) => {
      const { clock, place, store } = make({ kind: 's3', ...faults(fault) })
      await clock.advance(100_000)
      fill(place, 20)
      const { keys, complete } = await listed(store)
      expect(complete).toBe(true)
      expect(keys.length).toBeLessThan(20)
    },
  )

  test('an incomplete listing says so', async () => {
    const { place, store } = make(faults('incompleteListing'))
    fill(place, 20)
    expect(await listed(store)).toMatchObject({ complete: false })
  })

  test('a page fails in the middle', async () => {
    const { place, store } = make(faults('failingPage'))
    fill(place, 20)
    await expect(listed(store)).rejects.toSatisfy((error: { code: string }) =>
      ['rate_limited', 'store_unavailable'].includes(error.code),
    )
  })

  test('an answer is lost after the write was done', async () => {
    const { place, store } = make(faults('lostAnswer'))
    await expect(store.write('a.txt', source('a'), { kind: 'absent' })).rejects.toMatchObject({ code: 'timeout' })
    expect(place.get('a.txt')?.content).toBe('a')
  })

  test('a refused call did nothing', async () => {
    for (const fault of ['rateLimit', 'serverError'] as const) {
      const { place, store } = make(faults(fault))
      await expect(store.write('a.txt', source('a'), { kind: 'absent' })).rejects.toThrow()
      expect(place.objects).toEqual([])
    }
  })

  test('restored from a backup it has the old objects under their old versions; exchanged it is another place', () => {
    const { place } = make()
    place.put('a.txt', 'old')
    place.createMarker()
    const backup = place.backUp()
    const identity = place.identity
    place.put('a.txt', 'new')
    place.put('b.txt', 'b')
    place.restore(backup)
    expect(place.objects).toEqual(backup.objects)
    expect(place.identity).toEqual({ ...identity, copy: 'copy 2' })
    place.exchange({ 'other.txt': 'other' })
    expect(place.objects.map(({ key }) => key)).toEqual(['other.txt'])
    expect(place.identity.place).not.toBe(identity.place)
  })
})

test('the same seed gives the same trace, another one another', async () => {
  const trace = async (seed: number) => {
    const { clock, place, store } = make({ kind: 'cloudinary', seed, faults: { rateLimit: 0.3, staleListing: 0.5 } })
    fill(place, 12)
    const seen: unknown[] = []
    for (let step = 0; step < 10; step += 1) {
      await clock.advance(4_000)
      seen.push(await listed(store).catch((error: { code: string }) => error.code))
    }
    return seen
  }
  expect(await trace(1)).toEqual(await trace(1))
  expect(await trace(1)).not.toEqual(await trace(2))
})

test('latency passes on the fake clock', async () => {
  const { clock, place, store } = make({ latencyMs: 50_000 })
  place.put('a.txt', 'a')
  let seen = false
  const head = store.head('a.txt').then(() => {
    seen = true
  })
  await clock.advance(1)
  expect(seen).toBe(false)
  await clock.advance(50_000)
  await head
})
