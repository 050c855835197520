import type { HealthReasonCode, HealthReport, HealthStatus } from './health-report.ts'

/** What the health is judged by. All times are epoch milliseconds, all durations milliseconds, unless the name says otherwise. */
export interface HealthInput {
  readonly now: number
  /** Ended operations in view. Cancelled ones say nothing about health and are not counted. */
  readonly finished: FinishedCounts
  readonly stalled?: readonly StalledOperation[]
  readonly stores?: readonly StoreFreshness[]
  /** How long the oldest pending operation has waited; null or absent when none waits. */
  readonly backlogAgeMs?: number | null
  /** How long the oldest webhook has been due to be sent. */
  readonly webhookLagMs?: number | null
  /** Webhooks that were given up lately, after every attempt. */
  readonly undeliveredWebhooks?: number | null
  /** Time of a round trip (a high percentile of the last ones); `unavailable` when there is none: then only the process itself is judged. */
  readonly databaseLatencyMs?: number | 'unavailable' | null
  /** How late timers fire (a high percentile of the last minute). */
  readonly eventLoopLatencyMs?: number | null
  /** Age of the oldest transaction snapshot in the database; it keeps Postgres from cleaning up behind updates. */
  readonly oldestSnapshotAgeMs?: number | null
  readonly acknowledgements?: readonly Acknowledgement[]
  /** The report before this one, which changes are measured by; null at first. */
  readonly previous?: HealthReport | null
}

/** How many operations ended, looking back `windowSeconds` (see `HEALTH_WINDOW`). */
export interface FinishedCounts {
  readonly completed: number
  readonly failed: number
  readonly windowSeconds: number
}

export interface StalledOperation {
  readonly id: string
  readonly since: number
}

/** Whether a store was verified as often as its schedule says. */
export interface StoreFreshness {
  readonly name: string
  readonly state: 'idle' | 'syncing' | 'paused' | 'unavailable'
  /** End of the last complete run; where there was none, when the store was connected. */
  readonly freshAt: number
  /** How often it is to be verified; null when only by hand, so that it cannot be late. */
  readonly everyMs: number | null
}

/**
 * A person's word that a reason is known. Until `until` it counts as a warning at most, and it stays in the list. It ends
 * early when the reason gets worse than `severity`, what it was when it was acknowledged.
 */
export interface Acknowledgement {
  readonly code: HealthReasonCode
  readonly severity: HealthStatus
  readonly by: string
  readonly note: string
  readonly until: number
}

/** Look back 15 min; with fewer than 10 finished operations there, further, until there are 10 or a day is in view. */
export const HEALTH_WINDOW = { seconds: 900, longestSeconds: 86_400, leastOperations: 10 } as const
