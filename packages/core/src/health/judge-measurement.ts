import type { HealthReason, HealthStatus } from './health-report.ts'
import { HEALTH_RULES, type HealthRule, HYSTERESIS } from './health-rules.ts'
import type { Measurement } from './measure-health.ts'

const LEVEL: Readonly<Record<HealthStatus, number>> = { healthy: 0, warning: 1, critical: 2 }

/** The worse of two. */
export function worse(a: HealthStatus, b: HealthStatus): HealthStatus {
  return LEVEL[a] >= LEVEL[b] ? a : b
}

/** True when `a` is worse than `b`. */
export function isWorse(a: HealthStatus, b: HealthStatus): boolean {
  return LEVEL[a] > LEVEL[b]
}

/** How bad a value is by itself. */
export function severityOf(rule: HealthRule, value: number): HealthStatus {
  const isCritical = rule.criticalFrom === 'above' ? value > rule.critical : value >= rule.critical
  if (isCritical) return 'critical'
  return value >= rule.warning ? 'warning' : 'healthy'
}

/**
 * The reason that a measurement gives, or null when it is well. Worse counts at once. Better counts as its rule says: a level
 * that `previous` had is kept (with `recovering_since`) until the value has been under its threshold for 60 s, and
 * critical goes to warning before it goes away.
 */
export function judge(measurement: Measurement, previous: HealthReason | undefined, now: number): HealthReason | null {
  const rule: HealthRule = HEALTH_RULES[measurement.code]
  const actual = severityOf(rule, measurement.value)
  const held = previous === undefined ? 'healthy' : heldLevel(rule, measurement.value, actual, previous, now)
  const severity = worse(actual, held)
  if (severity === 'healthy') return null
  const isRecovering = isWorse(severity, actual)
  return {
    code: measurement.code,
    severity,
    message: (isRecovering ? measurement.recovered : undefined) ?? measurement.message,
    value: measurement.value,
    threshold: severity === 'critical' ? rule.critical : rule.warning,
    since: sinceOf(measurement, previous, now),
    action: rule.action,
    ...(isRecovering && { recovering_since: recoveringSince(previous, severity, now) }),
  }
}

/** The level of the previous report that hysteresis keeps. */
function heldLevel(
  rule: HealthRule,
  value: number,
  actual: HealthStatus,
  previous: HealthReason,
  now: number,
): HealthStatus {
  if (rule.hysteresis === 'plain' || !isWorse(previous.severity, actual)) return 'healthy'
  const recovering = previous.recovering_since === undefined ? now : Date.parse(previous.recovering_since)
  let level = now - recovering >= HYSTERESIS.holdMs ? oneBetter(previous.severity) : previous.severity
  if (rule.hysteresis === 'near')
    while (level !== 'healthy' && value < rule[level] * HYSTERESIS.margin) level = oneBetter(level)
  return level
}

function oneBetter(severity: HealthStatus): HealthStatus {
  return severity === 'critical' ? 'warning' : 'healthy'
}

// Each level is held for its own time, so one step down starts the next.
function recoveringSince(previous: HealthReason | undefined, severity: HealthStatus, now: number): string {
  const isSameLevel = previous?.severity === severity
  return (isSameLevel ? previous.recovering_since : undefined) ?? new Date(now).toISOString()
}

function sinceOf(measurement: Measurement, previous: HealthReason | undefined, now: number): string {
  if (measurement.since !== undefined) return new Date(measurement.since).toISOString()
  return previous?.since ?? new Date(now).toISOString()
}
