import { type Acknowledgement, HEALTH_WINDOW, type HealthInput } from './health-input.ts'
import type { HealthReason, HealthReport, HealthStatus } from './health-report.ts'
import { HEALTH_RULES, type MeasuredCode } from './health-rules.ts'
import { isWorse, judge, worse } from './judge-measurement.ts'
import { errorRate, type Measurement, measureHealth } from './measure-health.ts'

/** By how many points the score must move to be a trend. */
const TREND_POINTS = 5

/**
 * Judges the system. The status is that of the worst reason (an acknowledged one counts as a warning at most). Error rates are
 * `healthy` below 5 %, `warning` from 5 to 10 %, `critical` above 10 %, and are judged from 10 finished operations on; with
 * fewer there is a `few_operations` remark instead. What was not measured is not judged.
 */
export function evaluateHealth(input: HealthInput): HealthReport {
  const { now, finished, previous = null } = input
  const measurements = measureHealth(input)
  const before = new Map(previous?.reasons.map((reason) => [reason.code, reason]))
  const reasons = measurements
    .map((measurement) => judge(measurement, before.get(measurement.code), now))
    .filter((reason) => reason !== null)
    .map((reason) => acknowledge(reason, input.acknowledgements ?? [], now))
    .sort(worstFirst)
  const status = reasons.map(countsAs).reduce(worse, 'healthy')
  const performance_score = performanceScore(measurements)
  return {
    id: 'system',
    rev: (previous?.rev ?? 0) + 1,
    status,
    performance_score,
    error_rate: errorRate(finished),
    trend: trendOf(status, performance_score, previous),
    reasons: [...reasons, ...remarks(input, before.get('few_operations'))],
    sample_size: finished.completed + finished.failed,
    window_seconds: finished.windowSeconds,
    since: previous?.status === status ? previous.since : new Date(now).toISOString(),
    evaluated_at: new Date(now).toISOString(),
  }
}

/**
 * `100 - Σ points × share`, rounded and cut to 0. The share of a measure grows evenly from 0 at half its warning value (so
 * that everyday noise costs nothing) to 1 at its critical value, or at its warning value where it has no critical one.
 */
export function performanceScore(measurements: readonly Measurement[]): number {
  const cost = measurements.reduce((sum, { code, value }) => sum + HEALTH_RULES[code].points * shareOf(code, value), 0)
  return Math.max(0, Math.round(100 - cost))
}

function shareOf(code: MeasuredCode, value: number): number {
  const { warning, critical } = HEALTH_RULES[code]
  const free = Number.isFinite(warning) ? warning / 2 : 0
  const full = Number.isFinite(critical) ? critical : warning
  return Math.min(1, Math.max(0, (value - free) / (full - free)))
}

function acknowledge(reason: HealthReason, all: readonly Acknowledgement[], now: number): HealthReason {
  const valid = all.find(
    (one) => one.code === reason.code && one.until > now && !isWorse(reason.severity, one.severity),
  )
  if (valid === undefined) return reason
  const { by, note, until } = valid
  return { ...reason, acknowledged: { by, note, until: new Date(until).toISOString() } }
}

/** What a reason adds to the status. */
function countsAs(reason: HealthReason): HealthStatus {
  return reason.acknowledged !== undefined && reason.severity === 'critical' ? 'warning' : reason.severity
}

function worstFirst(a: HealthReason, b: HealthReason): number {
  return isWorse(a.severity, b.severity) ? -1 : isWorse(b.severity, a.severity) ? 1 : 0
}

function remarks(
  { finished, now, databaseLatencyMs }: HealthInput,
  previous: HealthReason | undefined,
): HealthReason[] {
  const all = finished.completed + finished.failed
  // What has finished stands in the database.
  if (databaseLatencyMs === 'unavailable') return []
  if (all >= HEALTH_WINDOW.leastOperations) return []
  const few = all === 1 ? 'Only one operation' : `Only ${all} operations`
  const failed = finished.failed === 0 ? 'none of them failed' : `${finished.failed} failed`
  const hours = `${Math.round((finished.windowSeconds / 3_600) * 10) / 10} h`
  return [
    {
      code: 'few_operations',
      severity: 'healthy',
      message:
        all === 0
          ? `No operation has finished in the last ${hours}.`
          : `${few} finished in the last ${hours}, ${failed}: too few for an error rate.`,
      value: all,
      threshold: HEALTH_WINDOW.leastOperations,
      since: previous?.since ?? new Date(now).toISOString(),
      action: 'Nothing to do: the error rate is judged from 10 finished operations on.',
    },
  ]
}

function trendOf(status: HealthStatus, score: number, previous: HealthReport | null): HealthReport['trend'] {
  if (previous === null) return 'steady'
  if (isWorse(status, previous.status)) return 'worsening'
  if (isWorse(previous.status, status)) return 'improving'
  const moved = score - previous.performance_score
  return moved >= TREND_POINTS ? 'improving' : moved <= -TREND_POINTS ? 'worsening' : 'steady'
}
