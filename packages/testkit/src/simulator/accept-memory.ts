import type { AssetWrite, LedgerEntry } from '@syncwatch/sync'
import type { MemoryLibrary } from './memory-library.ts'

export type Verdict = 'new' | 'done' | 'refused'

/** Holds a group against the library as it is: revisions, and names, which may move within the group. */
export function acceptEntries(
  library: MemoryLibrary,
  entries: readonly LedgerEntry[],
  wasDone: (entry: LedgerEntry) => boolean,
): Verdict[] {
  const verdicts = entries.map((entry): Verdict => {
    if (wasDone(entry)) return 'done'
    return entry.assets.every((write) => stands(library, write)) ? 'new' : 'refused'
  })
  while (refuseTakenNames(library, entries, verdicts)) {
    // A name that was to become free stays in use when its asset's entry is refused.
  }
  return verdicts
}

function stands(library: MemoryLibrary, write: AssetWrite): boolean {
  const asset = library.assets.get(write.id)
  switch (write.kind) {
    case 'create':
      return asset === undefined
    case 'keep-version':
      return true
    case 'change':
      return asset?.revision === write.revision && (!asset.trashed || write.restore)
    case 'trash':
      return asset?.revision === write.revision && !asset.trashed
  }
}

function refuseTakenNames(library: MemoryLibrary, entries: readonly LedgerEntry[], verdicts: Verdict[]): boolean {
  const leaving = new Set<string>()
  for (const [index, { assets }] of entries.entries()) {
    if (verdicts[index] !== 'new') continue
    for (const write of assets)
      if (write.kind === 'trash' || nameOf(library, write) !== undefined) leaving.add(write.id)
  }
  const claimed = new Set<string>()
  for (const [index, { assets }] of entries.entries()) {
    if (verdicts[index] !== 'new') continue
    const names = assets.flatMap((write) => nameOf(library, write) ?? [])
    const free = names.every((name) => {
      const holder = library.live(name)
      return (holder === undefined || leaving.has(holder.id)) && !claimed.has(name)
    })
    if (!free) {
      verdicts[index] = 'refused'
      return true
    }
    for (const name of names) claimed.add(name)
  }
  return false
}

/** The name that a live asset gets by this write, undefined where it keeps its own. */
function nameOf(library: MemoryLibrary, write: AssetWrite): string | undefined {
  if (write.kind === 'create') return write.key
  const asset = library.assets.get(write.id)
  if (write.kind !== 'change' || asset === undefined) return undefined
  const key = write.key ?? asset.key
  return key !== asset.key || (write.restore && asset.trashed) ? key : undefined
}
