import type { StoreSummary } from '@syncwatch/core'
import { plain } from './table.ts'

/** What of a store is synced and what must be there, to go on a list; empty where that is everything and nothing. */
export function scopeText({ prefixes, sentinel }: Pick<StoreSummary, 'prefixes' | 'sentinel'>): string {
  const only = prefixes.length === 0 ? '' : `, only ${prefixes.map(plain).join(', ')}`
  return sentinel === null ? only : `${only}, while ${plain(sentinel)} is there`
}
