import { HEALTH_WINDOW, type HealthInput, type StalledOperation, type StoreFreshness } from './health-input.ts'
import type { MeasuredCode } from './health-rules.ts'

/** One measured value and what to say of it. `since` where the input knows it: epoch milliseconds. */
export interface Measurement {
  readonly code: MeasuredCode
  readonly value: number
  readonly message: string
  readonly since?: number
}

/** Everything that the input tells, good or bad. What was not measured is absent, never 0. */
export function measureHealth(input: HealthInput): Measurement[] {
  const process = latencyOf('event_loop_latency', input.eventLoopLatencyMs, 'The process answers late by')
  // The rest is read from the database: without it nothing is known, and least of all that nothing waits any more.
  if (input.databaseLatencyMs === 'unavailable')
    return [{ code: 'database_unavailable', value: 1, message: 'The database cannot be reached.' }, ...process]
  return [
    ...latencyOf('database_latency', input.databaseLatencyMs, 'The database takes'),
    ...errorRateOf(input),
    ...stalledOf(input.stalled ?? []),
    ...storesOf(input.stores ?? [], input.now),
    ...waitOf('backlog', input.backlogAgeMs, 'The oldest pending operation has waited', input.now),
    ...waitOf('webhook_lag', input.webhookLagMs, 'The oldest unhandled webhook has waited', input.now),
    ...process,
    ...waitOf('old_snapshot', input.oldestSnapshotAgeMs, 'A transaction has been open for', input.now),
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
  return [{ code: 'error_rate', value, message }]
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

function latencyOf(code: MeasuredCode, value: number | null | undefined, words: string): Measurement[] {
  return isMeasured(value) ? [{ code, value, message: `${words} ${Math.round(value)} ms.` }] : []
}

function waitOf(code: MeasuredCode, value: number | null | undefined, words: string, now: number): Measurement[] {
  if (!isMeasured(value)) return [{ code, value: 0, message: 'Nothing waits any more.' }]
  return [{ code, value, message: `${words} ${duration(value)}.`, since: now - value }]
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
  return `${Math.round(rate * 1_000) / 10} %`
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
