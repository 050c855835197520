import type { HealthReasonCode, HealthReport, HealthStatus, OperationSource, OperationType } from '@syncwatch/core'

/** What an endpoint can ask for. */
export const WEBHOOK_EVENTS = [
  'health.changed',
  'operation.completed',
  'operation.failed',
  'conflict.created',
  'plan.held',
  'asset.trashed',
] as const
export type WebhookEventType = (typeof WEBHOOK_EVENTS)[number]

/** Sent when a person asks for a try. */
export const TEST_EVENT = 'webhook.test'

/** The body of a webhook. Field names are those of the HTTP API; times are ISO 8601 in UTC. Texts may be cut. */
export interface WebhookMessage<Type extends string, Data> {
  type: Type
  /** When it was written down, in the transaction of the change. */
  timestamp: string
  data: Data
}

/** Every body that is sent. */
export type WebhookEvent =
  | WebhookMessage<'health.changed', HealthChanged>
  | WebhookMessage<'operation.completed' | 'operation.failed', OperationEnded>
  | WebhookMessage<'conflict.created', ConflictCreated>
  | WebhookMessage<'plan.held', PlanHeld>
  | WebhookMessage<'asset.trashed', AssetTrashed>
  | WebhookMessage<typeof TEST_EVENT, { endpoint_id: string }>

export interface HealthChanged {
  status: HealthStatus
  /** Null where there was no report before. */
  previous_status: HealthStatus | null
  performance_score: number
  error_rate: number
  trend: HealthReport['trend']
  since: string
  reasons: {
    code: HealthReasonCode
    severity: HealthStatus
    message: string
    value: number
    threshold: number
    since: string
    action: string
  }[]
}

export interface OperationEnded {
  operation_id: string
  operation_key: string | null
  operation_type: OperationType
  status: 'completed' | 'failed'
  store_id: string | null
  source: OperationSource
  triggered_by: string | null
  retry_of: string | null
  attempt: number
  total_items: number | null
  processed_items: number
  failed_items: number
  processed_bytes: number
  start_time: string | null
  end_time: string
  message: string | null
  error: { code: string | null; message: string | null } | null
}

/** A conflict that waits for a person. */
export interface ConflictCreated {
  conflict_id: string
  store_id: string | null
  asset_id: string | null
  operation_id: string | null
  key: string
  rule: string
  outcome: 'held' | 'keep-both'
}

/** Something that a safety gate held back. */
export interface PlanHeld {
  plan_id: string
  store_id: string
  operation_id: string | null
  rows: number
  gates: { gate: number; guards: string; message: string }[]
  expires_at: string
}

export interface AssetTrashed {
  asset_id: string
  key: string
  sha256: string | null
  size: number
  mime_type: string | null
  trashed_at: string
  trashed_by: string | null
  trash_reason: string | null
}
