import { type SyncStatusState, selectFailures, type VerdictKind } from '@syncwatch/client'

const RAISED: readonly VerdictKind[] = ['disconnected', 'reconnecting', 'unauthorised', 'critical', 'stalled']

/** The kind of trouble that the verdict raises by itself; null for none. An outage is one trouble, however it is called. */
export function raisedTrouble(kind: VerdictKind): string | null {
  if (!RAISED.includes(kind)) return null
  return kind === 'reconnecting' ? 'disconnected' : kind
}

/** The latest operation that failed, or that ended with failed items and nothing after it; null for none. */
export function latestFailureId(state: SyncStatusState): string | null {
  const failed = selectFailures(state)[0]
  if (failed) return failed.id
  const last = lastEnded(state)
  return last?.status === 'completed' && last.failed_items > 0 ? last.id : null
}

/** Whether what ended last ended without a failure. */
export function endedWell(state: SyncStatusState): boolean {
  const last = lastEnded(state)
  return last?.status === 'completed' && last.failed_items === 0
}

const lastEnded = (state: SyncStatusState) => state.operations[state.endedIds[0] ?? '']
