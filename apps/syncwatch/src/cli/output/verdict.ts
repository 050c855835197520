import { englishWords, initialSyncStatusState, type StatusReport, selectVerdict } from '@syncwatch/client'

/** The one sentence about a system whose report was just read. `now` is epoch milliseconds. */
export function verdictOf(report: StatusReport, now: number): string {
  return selectVerdict(initialSyncStatusState(report), now, englishWords).sentence
}
