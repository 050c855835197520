import type { PlannedRow } from '../ports/ledger.ts'
import type { Store, StoreObject } from '../ports/store.ts'
import { changing } from './keep-content.ts'

/**
 * The row with its object as it is now, where the library would learn something from the listing alone: another name, or that nothing is
 * said of it any more. (Content and what is said are read before they are believed.) The listing may be older than what was agreed
 * on: than what a single asset was given beside the run, and in a store that lists late than the run before. Rejects
 * `item_changing` where the object is neither where it was listed nor where it was agreed on.
 */
export async function lookAgain(row: PlannedRow, store: Store, signal: AbortSignal): Promise<PlannedRow> {
  const { object: listed } = row
  const { base } = row.trees
  if (listed === null || base === null) return row
  const isSilent = listed.metadataVersion === null && base.metadataVersion !== null
  if (listed.key === base.key && !isSilent) return row
  const now = await store.head(listed.key, { signal })
  if (now !== null && isSame(now, listed)) return withObject(row, now)
  const agreed = listed.key === base.key ? now : await store.head(base.key, { signal })
  const isIt =
    store.capabilities.ids === 'stable' ? agreed?.remoteId === listed.remoteId : agreed?.version === base.version
  if (agreed === null || (!isIt && listed.key !== base.key)) throw changing(row.key)
  return withObject(row, agreed)
}

function isSame(now: StoreObject, listed: StoreObject): boolean {
  return now.key === listed.key && now.version === listed.version && now.remoteId === listed.remoteId
}

function withObject(row: PlannedRow, object: StoreObject): PlannedRow {
  return { ...row, object, trees: { ...row.trees, store: { ...object, sha256: null, metadata: null } } }
}
