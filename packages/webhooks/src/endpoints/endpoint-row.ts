import type { WebhookEventType } from '../events/webhook-event.ts'

/** An endpoint as it is shown. Times are ISO. */
export interface WebhookEndpoint {
  id: string
  url: string
  description: string
  events: WebhookEventType[]
  enabled: boolean
  /** `gone`: the receiver answered 410. Null where a person switched it off, and while it is on. */
  disabled_reason: string | null
  /** Masked, newest first. */
  secrets: { hint: string; created_at: string; expires_at: string | null }[]
  created_at: string
  updated_at: string
}

/** What making or replacing a secret gives: the only time that it is shown. */
export interface WebhookSecretShown {
  endpoint: WebhookEndpoint
  secret: string
}

/** The columns of an endpoint `e`; `$1` is the time that secrets are judged by. */
export const endpointColumns = (schema: string) => `
  e.id, e.url, e.description, e.events, e.enabled, e.disabled_reason, e.created_at, e.updated_at,
  (SELECT coalesce(json_agg(json_build_object('secret', s.secret, 'created_at', ${schema}.sync_webhook_time(s.created_at),
     'expires_at', ${schema}.sync_webhook_time(s.expires_at)) ORDER BY s.created_at DESC, s.id DESC), '[]')
   FROM ${schema}.sync_webhook_secrets s
   WHERE s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > $1::timestamptz)) AS secrets`
