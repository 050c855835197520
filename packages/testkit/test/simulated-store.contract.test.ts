import { storeContract } from '@syncwatch/sync/contract'
import { FakeClock, SeededRandom, SimulatedPlace, SimulatedStore, STORE_PROFILES } from '../src/index.ts'

for (const kind of ['cloudinary', 's3', 'webdav', 'folder'] as const)
  storeContract(`simulated ${kind}`, async () => {
    const clock = new FakeClock()
    const random = new SeededRandom(7)
    // The contract asks what a listing shows at once; how it lags is tested by itself.
    const profile = { ...STORE_PROFILES[kind], listingLagMs: 0 }
    const place = new SimulatedPlace({ profile, clock, random })
    return {
      store: new SimulatedStore(place, { clock, random }),
      write: async (key, content) => void place.put(key, content),
      delete: async (key) => place.remove(key),
      takeAway: async () => {
        place.isAway = true
      },
      dispose: async () => {},
    }
  })
