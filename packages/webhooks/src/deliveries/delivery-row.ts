import type { TEST_EVENT, WebhookEventType } from '../events/webhook-event.ts'

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** A message for an endpoint, and what became of it. Times are ISO. */
export interface WebhookDelivery {
  id: string
  /** The header `webhook-id`. */
  message_id: string
  endpoint_id: string
  event_type: WebhookEventType | typeof TEST_EVENT
  /** The body as it is sent. */
  payload: string
  /** `dead`: nothing is tried any more until it is replayed. */
  state: DeliveryState
  attempts: number
  /** Null when nothing is to come. */
  next_attempt_at: string | null
  last_attempt_at: string | null
  /** The last answer's status; null where none came. */
  last_status: number | null
  last_error: string | null
  ended_at: string | null
  created_at: string
}

export const DELIVERY_COLUMNS = `
  id, message_id, endpoint_id, event_type, payload, state, attempts,
  CASE WHEN state = 'pending' THEN next_attempt_at END AS next_attempt_at,
  last_attempt_at, last_status, last_error, ended_at, created_at`
