import type { Did } from './outcome.ts'
import type { RunTally } from './run-tally.ts'

const WORDS: Partial<Record<Did, string>> = {
  imported: 'Taken into the library.',
  updated: 'The library has the content of the store.',
  exported: 'Written to the store.',
  renamed: 'Renamed.',
  described: 'Described anew.',
  deleted: 'Deleted.',
  copied: 'Both sides changed: both are kept.',
}

/** What the sync of one asset came to, in a sentence. */
export function singleMessage(tally: RunTally): string {
  if (tally.unsettled > 0) return 'It could not be settled. See the item for the reason.'
  const did = (Object.keys(WORDS) as Did[]).filter((one) => tally.of(one) > 0)
  if (did.length > 0) return did.map((one) => WORDS[one]).join(' ')
  return tally.changed ? 'Synced.' : 'Nothing to do: both sides agree, as far as a direct look can tell.'
}
