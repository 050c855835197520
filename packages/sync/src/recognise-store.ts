import { SyncwatchError } from '@syncwatch/core'
import type { Ledger } from './ports/ledger.ts'
import type { Store, StoreIdentity } from './ports/store.ts'
import { recogniseStore } from './reconcile/same-store.ts'
import type { StoreRecord } from './stores/store-record.ts'

export interface RecogniseOptions {
  readonly store: Store
  readonly ledger: Pick<Ledger, 'recordIdentity' | 'store'>
  readonly signal: AbortSignal
}

/** How a store was recognised, and what is to be remembered of it. */
export interface Recognised {
  readonly recognised: 'first' | 'same' | 'restored'
  readonly identity: StoreIdentity
}

/** Gate 9: another store at this place, or none, ends the run before anything is compared. */
export async function recognise({ store, ledger, signal }: RecogniseOptions, record: StoreRecord): Promise<Recognised> {
  const known = record.identity
  const seen = await store.identity({ create: known.marker === null && known.place === null, signal })
  const recognised = recogniseStore(known, seen)
  if (recognised === 'missing' || recognised === 'replaced') throw notTheStore(recognised, record)
  const identity = recognised === 'same' ? await wholeIdentity(store, known, seen, signal) : seen
  // A restored one stays restored until a run has gone through it.
  if (recognised !== 'restored') await ledger.recordIdentity(record.id, identity)
  return { recognised, identity }
}

/** Looks without leaving anything. Rejects `store_unavailable` and `store_replaced` as a run would. */
export async function recogniseOnly(store: Store, record: StoreRecord, signal: AbortSignal): Promise<void> {
  const recognised = recogniseStore(record.identity, await store.identity({ create: false, signal }))
  if (recognised === 'missing' || recognised === 'replaced') throw notTheStore(recognised, record)
}

/** Gate 5: what was listed is worth nothing where the store went away or was exchanged meanwhile. */
export async function stillTheStore(
  { store, ledger, signal }: RecogniseOptions,
  { id }: StoreRecord,
): Promise<boolean> {
  const { identity } = await ledger.store(id)
  const recognised = recogniseStore(identity, await store.identity({ create: false, signal }))
  return recognised !== 'missing' && recognised !== 'replaced'
}

/** The marker was lost, the place is the same: put it back, so that the store can be moved again. */
async function wholeIdentity(
  store: Store,
  known: StoreIdentity,
  seen: StoreIdentity,
  signal: AbortSignal,
): Promise<StoreIdentity> {
  const lost = known.marker !== null && seen.marker === null
  const whole = lost ? await store.identity({ create: true, signal }) : seen
  return { marker: whole.marker ?? null, place: whole.place, copy: whole.copy ?? null }
}

function notTheStore(how: 'missing' | 'replaced', { location }: StoreRecord): SyncwatchError {
  return how === 'missing'
    ? new SyncwatchError(
        'store_unavailable',
        `${location} is not the place it was: the file that marks this store is missing there. Is the disk mounted?`,
      )
    : new SyncwatchError(
        'store_replaced',
        `${location} holds another store than the one that was connected. Nothing was changed.`,
      )
}
