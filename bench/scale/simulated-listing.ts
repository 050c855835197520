import { type ListingPage, NO_METADATA, type Store, type StoreObject } from '@syncwatch/sync'

/** Objects of a page, as an object store lists them. */
const PAGE = 1_000

/** The key of an object by its number; the database makes the same of a number (see `fill.ts`). */
export const keyOf = (number: number): string => `folder ${number % 1_000}/picture ${number}.jpg`

/** A store of which nothing but its listing is asked: made as it is read, so that it costs no memory. */
export function simulatedListing(count: number): Store {
  const refuse = () => Promise.reject(new Error('A run without changes asks for no object.'))
  return {
    capabilities: {
      kind: 'folder',
      listing: 'strong',
      listingOrder: 'none',
      ids: 'hint',
      conditionalWrites: false,
      rename: true,
      metadata: true,
      watch: false,
      names: 'exact',
    },
    identity: async () => ({ marker: 'simulated', place: 'simulated' }),
    list: () => pages(count),
    head: refuse,
    read: refuse,
    holdable: (metadata) => metadata,
    readMetadata: async () => NO_METADATA,
    write: refuse,
    setMetadata: refuse,
    move: refuse,
    delete: refuse,
    close: async () => {},
  }
}

async function* pages(count: number): AsyncGenerator<ListingPage> {
  for (let first = 0; first < count; first += PAGE) {
    const length = Math.min(PAGE, count - first)
    const objects = Array.from({ length }, (_, index) => objectOf(first + index))
    yield { objects, problems: [], ignored: 0, complete: first + length >= count }
  }
}

function objectOf(number: number): StoreObject {
  return {
    key: keyOf(number),
    remoteId: `1:${number}`,
    version: `50000-${number}-${number}`,
    size: 50_000,
    modifiedAt: '2026-01-01T00:00:00.000Z',
    metadataVersion: null,
  }
}
