import { SyncwatchError } from '@syncwatch/core'
import type { ListingPage } from '@syncwatch/sync'
import type { SeededRandom } from '../seeded-random.ts'
import { asStoreObject, type SimulatedObject, sha256Of } from './simulated-object.ts'
import type { SimulatedPlace } from './simulated-place.ts'
import type { StoreFaults } from './store-faults.ts'

interface ListingOptions {
  readonly faults: StoreFaults
  readonly random: SeededRandom
  /** One call to the store: counts, waits, and fails as calls do. */
  begin(): Promise<void>
}

/** How this listing lies, decided when it begins. */
interface Lies {
  readonly behindMs: number
  readonly empty: boolean
  /** After how many pages it ends although there is more. */
  readonly pages: number
  readonly saysIncomplete: boolean
}

/**
 * Pages of what the place shows at the moment of each page, after a cursor: what is renamed or written meanwhile to before the
 * cursor is missed, as it is with real ones.
 */
export async function* listPlace(place: SimulatedPlace, options: ListingOptions): AsyncGenerator<ListingPage> {
  const lies = chooseLies(options)
  let cursor = ''
  for (let page = 0; ; page += 1) {
    await options.begin()
    if (page > 0) failMaybe(options)
    const after = cursor
    const rest = lies.empty ? [] : ordered(place, lies.behindMs).filter(({ at }) => at > after)
    const shown = rest.slice(0, place.profile.pageSize)
    cursor = shown.at(-1)?.at ?? cursor
    const isLast = shown.length === rest.length || page + 1 >= lies.pages
    yield {
      objects: shown.map(({ object }) => asStoreObject(object, place.capabilities.ids)),
      problems: [],
      ignored: 0,
      complete: isLast && !lies.saysIncomplete,
    }
    if (isLast) return
  }
}

/** By key where the store lists so; else by something that has nothing to do with it, and stays with the id where there is one. */
function ordered(place: SimulatedPlace, behindMs: number): { at: string; object: SimulatedObject }[] {
  const { listingOrder, ids } = place.capabilities
  const positionOf = ({ key, id }: SimulatedObject) =>
    listingOrder === 'key' ? Buffer.from(key).toString('hex') : sha256Of(ids === 'stable' ? id : key)
  return place
    .listed(behindMs)
    .map((object) => ({ at: positionOf(object), object }))
    .sort((one, other) => (one.at < other.at ? -1 : 1))
}

function chooseLies({ faults, random }: ListingOptions): Lies {
  const happens = (probability: number) => probability > 0 && random.next() < probability
  return {
    behindMs: happens(faults.staleListing) ? random.integer(1, 60_000) : 0,
    empty: happens(faults.emptyListing),
    pages: happens(faults.truncatedListing) ? 1 : Number.POSITIVE_INFINITY,
    saysIncomplete: happens(faults.incompleteListing),
  }
}

function failMaybe({ faults, random }: ListingOptions): void {
  if (faults.failingPage === 0 || random.next() >= faults.failingPage) return
  throw random.next() < 0.5
    ? new SyncwatchError('rate_limited', 'Too many calls.', { details: { retry_after_ms: 1_000 } })
    : new SyncwatchError('store_unavailable', 'The store answered with an error (500).')
}
