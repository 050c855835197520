import type { StoreIdentity } from '../ports/store.ts'

/**
 * Whether the store that answers is the one that was connected. `first`: nothing was recorded yet. `same`. `missing`: our
 * marker is not there and the place is another one, which is what an unmounted disk looks like. `replaced`: it has another
 * store's marker.
 */
export type StoreRecognition = 'first' | 'same' | 'missing' | 'replaced'

/** Recognises by the marker; where there is none on one side, by the place. */
export function recogniseStore(recorded: StoreIdentity, seen: StoreIdentity): StoreRecognition {
  if (recorded.marker === null && recorded.place === null) return 'first'
  if (recorded.marker !== null && seen.marker !== null) return recorded.marker === seen.marker ? 'same' : 'replaced'
  if (recorded.place !== null && recorded.place === seen.place) return 'same'
  return seen.marker === null ? 'missing' : 'replaced'
}
