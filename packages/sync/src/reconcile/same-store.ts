import type { StoreIdentity } from '../ports/store.ts'

/**
 * Whether the store that answers is the one that was connected. `first`: nothing was recorded yet. `same`. `missing`: our
 * marker is not there and the place is another one, which is what an unmounted disk looks like. `replaced`: it has another
 * store's marker. `restored`: it has our marker, but another copy of it: what is there may be older than what was agreed on.
 */
export type StoreRecognition = 'first' | 'same' | 'missing' | 'replaced' | 'restored'

/** Recognises by the marker; where there is none on one side, by the place. */
export function recogniseStore(recorded: StoreIdentity, seen: StoreIdentity): StoreRecognition {
  if (recorded.marker === null && recorded.place === null) return 'first'
  if (recorded.marker !== null && seen.marker !== null) {
    if (recorded.marker !== seen.marker) return 'replaced'
    return isAnother(recorded.copy, seen.copy) ? 'restored' : 'same'
  }
  if (recorded.place !== null && recorded.place === seen.place) return 'same'
  return seen.marker === null ? 'missing' : 'replaced'
}

function isAnother(recorded: string | null | undefined, seen: string | null | undefined): boolean {
  return recorded != null && seen != null && recorded !== seen
}
