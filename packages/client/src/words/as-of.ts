import { selectIsDatabaseAway } from '../state/selectors.ts'
import type { SyncStatusState } from '../state/sync-status-state.ts'
import { englishWords } from './english-words.ts'
import type { SyncWords } from './words.ts'

/** "as of 14:02:31" when the figures are history; null while they are live. */
export function selectAsOf(state: SyncStatusState, words: SyncWords = englishWords): string | null {
  const isHistory = state.connection.isLost || selectIsDatabaseAway(state)
  return isHistory && state.lastUpdate ? words.asOf(words.time(state.lastUpdate)) : null
}

/** How long ago an ISO time was, such as `14 s`. `now` is the server's epoch milliseconds. */
export function ageWords(iso: string, now: number, words: SyncWords = englishWords): string {
  return words.span(now - Date.parse(iso))
}
