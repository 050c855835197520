import type { HealthReasonCode } from './health-report.ts'

/** How one measure is judged. Values of at least `warning` warn; `critical` is crossed as `criticalFrom` says. */
export interface HealthRule {
  readonly warning: number
  readonly critical: number
  /** `above`: the critical value itself still warns. */
  readonly criticalFrom: 'above' | 'at'
  /** How many points of 100 this measure can cost, at its critical value and beyond. */
  readonly points: number
  /**
   * `held`: leaves a level only once it has been better for 60 s. `near`: the same while it is within 20 % of the threshold; further
   * away it leaves at once. `plain`: a fact rather than a measurement; it comes and goes at once.
   */
  readonly hysteresis: 'held' | 'near' | 'plain'
  readonly action: string
}

const SECOND = 1_000
const MINUTE = 60_000

/** What is measured, in the unit of the reason's `value`: rates 0 to 1, counts, milliseconds, or periods of a schedule. */
export const HEALTH_RULES = {
  error_rate: {
    warning: 0.05,
    critical: 0.1,
    criticalFrom: 'above',
    points: 50,
    hysteresis: 'near',
    action: 'Open the failed operations and read why they failed.',
  },
  stalled_operations: {
    warning: 1,
    critical: 5,
    criticalFrom: 'at',
    points: 15,
    hysteresis: 'plain',
    action: 'Open the stalled operations: cancel them, or look after what they wait for.',
  },
  stale_store: {
    warning: 2,
    critical: 6,
    criticalFrom: 'at',
    points: 15,
    hysteresis: 'plain',
    action: 'Sync the store now, and see why its schedule was missed.',
  },
  store_unavailable: {
    warning: 1,
    critical: Number.POSITIVE_INFINITY,
    criticalFrom: 'at',
    points: 15,
    hysteresis: 'plain',
    action: 'Check that the store is reachable and that its credentials are valid.',
  },
  backlog: {
    warning: 5 * MINUTE,
    critical: 30 * MINUTE,
    criticalFrom: 'at',
    points: 10,
    hysteresis: 'held',
    action: 'See whether workers are running, and what keeps them busy.',
  },
  webhook_lag: {
    warning: MINUTE,
    critical: 10 * MINUTE,
    criticalFrom: 'at',
    points: 5,
    hysteresis: 'held',
    action: 'See whether workers are running, and what keeps them busy.',
  },
  undelivered_webhooks: {
    warning: 1,
    critical: Number.POSITIVE_INFINITY,
    criticalFrom: 'at',
    points: 5,
    hysteresis: 'plain',
    action: 'See why the receiver takes no webhooks, then replay them.',
  },
  database_latency: {
    warning: 250,
    critical: 2 * SECOND,
    criticalFrom: 'at',
    points: 10,
    hysteresis: 'held',
    action: 'Look for load, locks and long transactions in the database.',
  },
  // Below half a second nobody who watches notices; a busy import on a small machine gets near 100 ms by itself.
  event_loop_latency: {
    warning: 500,
    critical: 2 * SECOND,
    criticalFrom: 'at',
    points: 5,
    hysteresis: 'held',
    action: 'Give the process more processor time, or less work at once.',
  },
  old_snapshot: {
    warning: MINUTE,
    critical: 10 * MINUTE,
    criticalFrom: 'at',
    points: 5,
    hysteresis: 'plain',
    action: 'End the long transaction in the database: it slows down every update.',
  },
  database_unavailable: {
    warning: Number.POSITIVE_INFINITY,
    critical: 1,
    criticalFrom: 'at',
    points: 100,
    hysteresis: 'plain',
    action: 'Check that Postgres is running and reachable.',
  },
} as const satisfies Partial<Record<HealthReasonCode, HealthRule>>

export type MeasuredCode = keyof typeof HEALTH_RULES

/** How long a better value must last, and how near the threshold counts as near. */
export const HYSTERESIS = { holdMs: MINUTE, margin: 0.8 } as const
