import type { AssetId, Clock, OperationId, Random, StoreId } from '@syncwatch/core'
import {
  type Ledger,
  type MediaInspector,
  type OtherStores,
  RunTally,
  type Store,
  syncSingle,
  type Vault,
  type VerifyResult,
  verifyStore,
} from '@syncwatch/sync'
import type { SimulatedPlace } from '../simulated-store/simulated-place.ts'
import type { MemoryLibrary } from './memory-library.ts'
import type { Beside } from './schedule.ts'

export interface BesideRunOptions extends Pick<Beside, 'kind' | 'one'> {
  readonly place: SimulatedPlace
  readonly storeId: StoreId
  readonly library: MemoryLibrary
  readonly ledger: Ledger
  readonly store: Store
  readonly vault: Vault
  readonly otherStores: OtherStores
  readonly inspector: MediaInspector
  readonly clock: Clock
  readonly random: Random
  /** Two runs on one thing take turns. */
  readonly locks: Map<string, Promise<unknown>>
}

/** A run on one thing, or one that only looks. Resolves to what a verification found. */
export async function besideRun(options: BesideRunOptions): Promise<VerifyResult | null> {
  const { kind, storeId, ledger } = options
  const record = await ledger.store(storeId)
  const { signal } = new AbortController()
  const run = {
    id: 'beside' as OperationId,
    progress: async () => undefined as never,
    items: async () => undefined as never,
    held: async () => {},
  }
  const shared = { ...options, record, run, signal, durability: 'relaxed' as const }
  if (kind === 'verify' || kind === 'verify-content')
    return verifyStore({ ...shared, concurrency: 2, content: kind === 'verify' ? 'metadata' : 'full' })
  const single = namesOf(options)
  if (single.keys.length === 0) return null
  const lock = single.assetId ?? single.keys.join()
  const work = (options.locks.get(lock) ?? Promise.resolve())
    .catch(() => undefined)
    .then(() => syncSingle({ ...shared, ...single, tally: new RunTally() }))
  options.locks.set(lock, work)
  await work
  return null
}

/** The names that one thing has on either side, picked by number. */
function namesOf({ kind, one, place, storeId, library }: BesideRunOptions): {
  assetId: AssetId | null
  keys: string[]
} {
  const assets = [...library.assets.values()]
  const objects = place.objects
  const given = kind === 'key' ? objects[one % Math.max(1, objects.length)]?.key : undefined
  const bases = library.replicasOf(storeId)
  const asset =
    given === undefined
      ? assets[one % Math.max(1, assets.length)]
      : (assets.find(({ id }) => bases.some((base) => base.assetId === id && base.key === given)) ??
        library.live(given))
  const remote = bases.find(({ assetId }) => assetId === asset?.id)?.key
  const keys = new Set([asset?.key, remote, given].flatMap((key) => key ?? []))
  return { assetId: asset?.id ?? null, keys: [...keys] }
}
