import { HEALTH_WINDOW, type HealthInput, type StalledOperation, type StoreFreshness } from './health-input.ts'
import type { MeasuredCode } from './health-rules.ts'

/** One measured value and what to say of it. `since` where the input knows it: epoch milliseconds. */
export interface Measurement {
  readonly code: MeasuredCode
  readonly value: number
  readonly message: string
  readonly since?: number
  /** What to say instead while it is well again but has not been for long enough. */
  readonly recovered?: string
}

/** Everything that the input tells, good or bad. What was not measured is absent, never 0. */
export function measureHealth(input: HealthInput): Measurement[] {
  const process = latencyOf(
    'event_loop_latency',
    input.eventLoopLatencyMs,
    'The process answers late by',
    'The process answered late; by now it does within',
  )
  // The rest is read from the database: without it nothing is known, and least of all that nothing waits any more.
  if (input.databaseLatencyMs === 'unavailable')
    return [{ code: 'database_unavailable', value: 1, message: 'The database cannot be reached.' }, ...process]
  return [
    ...latencyOf(
      'database_latency',
      input.databaseLatencyMs,
      'The database takes',
      'The database was slow; by now it takes',
    ),
    ...errorRateOf(input),
    ...stalledOf(input.stalled ?? []),
    ...storesOf(input.stores ?? [], input.now),
    ...waitOf('backlog', input.backlogAgeMs, ['operation', 'pending'], input.now),
    ...waitOf('webhook_lag', input.webhookLagMs, ['webhook', 'unhandled'], input.now),
    ...undeliveredOf(input.undeliveredWebhooks),
    ...process,
    ...snapshotOf(input.oldestSnapshotAgeMs, input.now),
  ]
}

/** The share of failed ones; 0 when nothing finished. */
export function errorRate(finished: HealthInput['finished']): number {
  const all = finished.completed + finished.failed
  return all === 0 ? 0 : finished.failed / all
}

function errorRateOf({ finished }: HealthInput): Measurement[] {
  const all = finished.completed + finished.failed
  if (all < HEALTH_WINDOW.leastOperations) return []
  const value = errorRate(finished)
  const message = `${finished.failed} of ${all} operations failed (${percent(value)}) in the last ${duration(finished.windowSeconds * 1_000)}.`
  return [{ code: 'error_rate', value, message, recovered: `More failed before; ${message}` }]
}

function stalledOf(stalled: readonly StalledOperation[]): Measurement[] {
  if (stalled.length === 0) return [{ code: 'stalled_operations', value: 0, message: 'Nothing is stalled.' }]
  const since = Math.min(...stalled.map((operation) => operation.since))
  const message =
    stalled.length === 1 ? 'One operation makes no progress.' : `${stalled.length} operations make no progress.`
  return [{ code: 'stalled_operations', value: stalled.length, message, since }]
}

function storesOf(stores: readonly StoreFreshness[], now: number): Measurement[] {
  const unavailable = stores.filter((store) => store.state === 'unavailable')
  const late = stores
    .filter((store) => store.state !== 'paused' && store.everyMs !== null && store.everyMs > 0)
    .map((store) => ({ ...store, periods: Math.max(0, now - store.freshAt) / (store.everyMs ?? 1) }))
    .sort((a, b) => b.periods - a.periods)
  const [latest] = late
  return [
    ...(latest === undefined
      ? []
      : [
          {
            code: 'stale_store' as const,
            value: latest.periods,
            message: `${names(late.filter((store) => store.periods >= 2))} not verified on schedule; ${latest.name} for ${duration(now - latest.freshAt)}.`,
            since: latest.freshAt,
          },
        ]),
    {
      code: 'store_unavailable',
      value: unavailable.length,
      message: `${names(unavailable)} cannot be reached.`,
    },
  ]
}

function latencyOf(code: MeasuredCode, value: number | null | undefined, words: string, after: string): Measurement[] {
  if (!isMeasured(value)) return []
  // A clock that was set back measures less than nothing, or -0, which no JSON can tell.
  const measured = Math.max(0, value)
  const figure = `${Math.round(measured)} ms.`
  return [{ code, value: measured, message: `${words} ${figure}`, recovered: `${after} ${figure}` }]
}

/** Things that wait their turn: what they are called, and what those that wait are. */
function waitOf(
  code: MeasuredCode,
  value: number | null | undefined,
  [noun, kind]: readonly [string, string],
  now: number,
): Measurement[] {
  const before = `${noun[0]?.toUpperCase()}${noun.slice(1)}s waited too long`
  if (!isMeasured(value))
    return [{ code, value: 0, message: `No ${noun} waits.`, recovered: `${before}; none waits now.` }]
  const waited = duration(value)
  return [
    {
      code,
      value,
      message: `The oldest ${kind} ${noun} has waited ${waited}.`,
      recovered: `${before}; the oldest ${kind} one has waited ${waited} now.`,
      since: now - value,
    },
  ]
}

function undeliveredOf(value: number | null | undefined): Measurement[] {
  if (!isMeasured(value)) return []
  const some = value === 1 ? 'One webhook was' : `${value} webhooks were`
  return [{ code: 'undelivered_webhooks', value, message: `${some} given up in the last 24 h, after every attempt.` }]
}

function snapshotOf(value: number | null | undefined, now: number): Measurement[] {
  if (!isMeasured(value)) return [{ code: 'old_snapshot', value: 0, message: 'No transaction is open for long.' }]
  return [
    { code: 'old_snapshot', value, message: `A transaction has been open for ${duration(value)}.`, since: now - value },
  ]
}

function isMeasured(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function names(stores: readonly { readonly name: string }[]): string {
  const shown = stores.slice(0, 3).map((store) => store.name)
  const more = stores.length > 3 ? ` and ${stores.length - 3} more` : ''
  return `${shown.join(', ')}${more}`
}

function percent(rate: number): string {
  // The space does not break: on a narrow page the sign stays with its number.
  return `${Math.round(rate * 1_000) / 10}\u00a0%`
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
