import type { Did } from './outcome.ts'
import type { RunTally } from './run-tally.ts'

const WORDS: Partial<Record<Did, string>> = {
  imported: 'taken into the library',
  updated: 'the library has the content of the store',
  exported: 'written to the store',
  renamed: 'renamed',
  described: 'described anew',
  deleted: 'deleted',
  copied: 'both sides changed, both are kept',
}

/** What the sync of one asset came to, for a person. */
export function singleMessage(key: string, tally: RunTally): string {
  const did = (Object.keys(WORDS) as Did[]).filter((one) => tally.of(one) > 0).map((one) => WORDS[one])
  if (tally.unsettled > 0) did.push('could not be settled, see the item for the reason')
  if (did.length === 0) did.push('nothing to do, as far as a direct look can tell')
  return `${key}: ${did.join(', ')}`
}
