import { type Queryable, query } from '@syncwatch/database'

/** A delivery that is ours until its lease ends. */
export interface ClaimedDelivery {
  id: string
  endpoint_id: string
  message_id: string
  event_type: string
  payload: string
  /** This attempt counted. */
  attempts: number
  lease_token: string
  url: string
  /** Newest first; null where an endpoint has none. */
  secrets: string[] | null
}

export interface ClaimRequest {
  /** Epoch milliseconds. */
  readonly now: number
  readonly limit: number
  readonly perEndpoint: number
  /** Endpoints that have enough under way. */
  readonly busy: readonly string[]
  readonly leaseMs: number
}

/**
 * Takes what is due. Nodes pass by what another one is just taking (SKIP LOCKED) or has taken (the lease, by the time of the
 * database, which all share). Each endpoint is asked for a few only, so that one with a long queue leaves the others room.
 * What is due goes by the caller's clock: that of nodes may differ by seconds, which costs these seconds.
 */
export function claimDeliveries(on: Queryable, schema: string, request: ClaimRequest): Promise<ClaimedDelivery[]> {
  return query<ClaimedDelivery & Record<string, unknown>>(
    on,
    `WITH due AS (
       SELECT d.id FROM ${schema}.sync_webhook_endpoints e CROSS JOIN LATERAL (
         SELECT d.id, d.next_attempt_at FROM ${schema}.sync_webhook_deliveries d
         WHERE d.endpoint_id = e.id AND d.state = 'pending' AND (d.next_attempt_at <= $1::timestamptz OR d.attempts = 0)
           AND (d.lease_until IS NULL OR d.lease_until < now())
         ORDER BY d.next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED) d
       WHERE e.enabled AND e.id <> ALL ($4::uuid[])
       ORDER BY d.next_attempt_at LIMIT $2
     )
     UPDATE ${schema}.sync_webhook_deliveries d
     SET attempts = d.attempts + 1, lease_token = gen_random_uuid(), lease_until = now() + $5 * interval '1 millisecond',
         last_attempt_at = $1::timestamptz
     FROM due, ${schema}.sync_webhook_endpoints e WHERE d.id = due.id AND e.id = d.endpoint_id
     RETURNING d.id, d.endpoint_id, d.message_id, d.event_type, d.payload, d.attempts, d.lease_token, e.url,
       (SELECT array_agg(s.secret ORDER BY s.created_at DESC, s.id DESC) FROM ${schema}.sync_webhook_secrets s
        WHERE s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > $1::timestamptz)) AS secrets`,
    [new Date(request.now).toISOString(), request.limit, request.perEndpoint, request.busy, request.leaseMs],
  )
}
