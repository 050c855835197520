export const HEALTH_STATUSES = ['healthy', 'warning', 'critical'] as const
export type HealthStatus = (typeof HEALTH_STATUSES)[number]

export const HEALTH_REASON_CODES = [
  'error_rate',
  'stalled_operations',
  'stale_store',
  'backlog',
  'webhook_lag',
  'undelivered_webhooks',
  'database_latency',
  'event_loop_latency',
  'old_snapshot',
  'few_operations',
  'database_unavailable',
  'store_unavailable',
] as const
export type HealthReasonCode = (typeof HEALTH_REASON_CODES)[number]

/** Why the health is what it is, with the number that crossed the threshold. Units are those of the code's documentation. */
export interface HealthReason {
  code: HealthReasonCode
  /** How bad this reason alone is. `healthy` marks a remark such as "only three operations so far". */
  severity: HealthStatus
  message: string
  value: number
  threshold: number
  /** ISO time since when it holds. */
  since: string
  /** What a person can do about it. */
  action: string
  /** Set while the value is better again but has not been for long enough to count: ISO time since when. */
  recovering_since?: string
  acknowledged?: { by: string; note: string; until: string }
}

/** `GET /api/v1/health`, and the single row of the topic `health` (its id is `system`). */
export interface HealthReport {
  id: 'system'
  rev: number
  status: HealthStatus
  /** 0 to 100 by the formula in the documentation. */
  performance_score: number
  /** 0 to 1, over the window that was looked at. */
  error_rate: number
  trend: 'improving' | 'steady' | 'worsening'
  reasons: HealthReason[]
  /** How many finished operations were looked at, and how far back, in seconds. */
  sample_size: number
  window_seconds: number
  since: string
  evaluated_at: string
}
