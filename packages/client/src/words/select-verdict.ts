import { stalledFor } from '@syncwatch/core'
import { selectFailures } from '../state/failures.ts'
import { selectOverallProgress } from '../state/overall-progress.ts'
import { selectActiveOperationsCount, selectIsDatabaseAway, serverNow } from '../state/selectors.ts'
import { selectStalled } from '../state/stalled.ts'
import type { SyncStatusState } from '../state/sync-status-state.ts'
import { englishWords } from './english-words.ts'
import { storesVerdict } from './stores-verdict.ts'
import type { Verdict, VerdictInput, VerdictKind, VerdictTone } from './verdict.ts'
import type { SyncWords } from './words.ts'

/**
 * The one-sentence truth, by priority: disconnected > critical > needs you > running > warning > in sync. `now` is
 * local epoch milliseconds. "In sync" is said only when every store was verified and nothing differs.
 */
export function selectVerdict(state: SyncStatusState, now: number, words: SyncWords = englishWords): Verdict {
  const input = { state, now: serverNow(state, now), words }
  return (
    connectionVerdict(input) ??
    criticalVerdict(input) ??
    needsYouVerdict(input) ??
    runningVerdict(input) ??
    warningVerdict(input) ??
    storesVerdict(input) ??
    verdict('idle', 'neutral', words.idle, words.short.idle)
  )
}

export function verdict(kind: VerdictKind, tone: VerdictTone, sentence: string, short: string): Verdict {
  return { kind, tone, sentence, short, asOf: null }
}

function connectionVerdict({ state, words }: VerdictInput): Verdict | null {
  const { connection, isLoaded, lastUpdate } = state
  if (connection.status === 'error' && ['unauthorized', 'forbidden'].includes(connection.error?.code ?? '')) {
    const refused = verdict('unauthorised', 'offline', words.unauthorised, words.short.unauthorised)
    return { ...refused, asOf: lastUpdate }
  }
  if (connection.isLost && connection.status === 'reconnecting') {
    const sentence = words.reconnecting(connection.reconnectAttempts)
    return { ...verdict('reconnecting', 'offline', sentence, words.short.reconnecting), asOf: lastUpdate }
  }
  if (connection.isLost && connection.status !== 'connected') {
    const sentence = words.disconnected(lastUpdate && words.time(lastUpdate))
    return { ...verdict('disconnected', 'offline', sentence, words.short.disconnected), asOf: lastUpdate }
  }
  return isLoaded ? null : verdict('loading', 'neutral', words.connecting, words.short.connecting)
}

function criticalVerdict({ state, words }: VerdictInput): Verdict | null {
  if (state.health?.status !== 'critical') return null
  const critical = verdict('critical', 'critical', words.critical(worstReason(state)), words.short.critical)
  return selectIsDatabaseAway(state) ? { ...critical, asOf: state.lastUpdate } : critical
}

function needsYouVerdict({ state, now, words }: VerdictInput): Verdict | null {
  const away = state.stores.filter((store) => store.state === 'unavailable').map((store) => store.name)
  const files = state.stores.reduce((sum, store) => sum + store.failed_count, 0)
  const failures = selectFailures(state, now).length
  const sentences = [
    away.length > 0 && words.storesUnavailable(away),
    failures > 0 && words.failedOperations(failures),
    files > 0 && words.failedItems(files),
  ].filter((sentence) => sentence !== false)
  if (sentences.length === 0) return null
  return verdict('needs-you', 'warning', sentences.join(' '), words.short.needsYou(away.length + failures + files))
}

function runningVerdict({ state, now, words }: VerdictInput): Verdict | null {
  const count = selectActiveOperationsCount(state)
  if (count === 0) return null
  const stalled = selectStalled(state, now - state.connection.serverTimeOffset)
  const longest = Math.max(0, ...stalled.map((row) => stalledFor(row, now) ?? 0))
  if (stalled.length > 0) {
    const sentence = words.stalled(stalled.length, words.span(longest))
    return verdict('stalled', 'warning', sentence, words.short.stalled(stalled.length))
  }
  const percent = selectOverallProgress(state)
  return verdict('running', 'busy', words.running(count, percent), words.short.running(count, percent))
}

function warningVerdict({ state, words }: VerdictInput): Verdict | null {
  if (state.health?.status !== 'warning') return null
  return verdict('warning', 'warning', words.warning(worstReason(state)), words.short.warning)
}

/** The text of the first reason of the health's own severity that nobody has acknowledged. */
function worstReason({ health }: SyncStatusState): string | null {
  const reasons = health?.reasons.filter((reason) => reason.severity === health.status) ?? []
  return (reasons.find((reason) => !reason.acknowledged) ?? reasons[0])?.message ?? null
}
