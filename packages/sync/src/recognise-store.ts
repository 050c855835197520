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

/**
 * Gates 5 and 9, while a run goes on: what was listed and written counts only if it was this store all the time. Rejects as a run of
 * another store would, where it was put back from a backup meanwhile, and where it does not answer.
 */
export async function assertStillTheStore(
  { store, signal }: Pick<RecogniseOptions, 'store' | 'signal'>,
  record: StoreRecord,
  identity: StoreIdentity,
): Promise<void> {
  assertSameStore(await store.identity({ create: false, signal }), record, identity)
}

/**
 * The same before something is committed: what was done in a store that has gone since may have been done in another. It is found done, or done
 * again, by the next run.
 */
export async function assertNoOtherStore(
  { store, signal }: Pick<RecogniseOptions, 'store' | 'signal'>,
  record: StoreRecord,
  identity: StoreIdentity,
): Promise<void> {
  // Also when the run was cancelled: what it has done by then is committed.
  const seen = await store.identity({ create: false, ...(signal.aborted ? {} : { signal }) })
  assertSameStore(seen, record, identity)
}

function assertSameStore(seen: StoreIdentity, record: StoreRecord, identity: StoreIdentity): void {
  const recognised = recogniseStore(identity, seen)
  if (recognised === 'missing' || recognised === 'replaced') throw notTheStore(recognised, record)
  if (recognised === 'restored')
    throw new SyncwatchError(
      'store_replaced',
      `${record.location} was put back from a backup while it was synced. The next run takes it as it is then.`,
    )
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
