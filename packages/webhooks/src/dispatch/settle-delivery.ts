import { query, transaction } from '@syncwatch/database'
import type pg from 'pg'
import type { ClaimedDelivery } from './claim-deliveries.ts'
import type { AttemptOutcome } from './judge-attempt.ts'

type Held = Pick<ClaimedDelivery, 'id' | 'lease_token' | 'endpoint_id'>

/** Writes the outcome of an attempt down, unless the lease went to somebody else meanwhile. */
export async function settleDelivery(
  pool: pg.Pool,
  schema: string,
  held: Held,
  outcome: AttemptOutcome,
  now: number,
): Promise<void> {
  if (outcome.kind === 'gone') return settleGone(pool, schema, held, outcome, now)
  await query(
    pool,
    `UPDATE ${schema}.sync_webhook_deliveries
     SET state = $3, last_status = $4, last_error = $5, ended_at = $6, next_attempt_at = coalesce($7, next_attempt_at),
         lease_token = NULL, lease_until = NULL
     WHERE id = $1 AND lease_token = $2`,
    [
      held.id,
      held.lease_token,
      outcome.kind === 'retry' ? 'pending' : outcome.kind,
      outcome.status,
      'error' in outcome ? outcome.error : null,
      outcome.kind === 'retry' ? null : new Date(now).toISOString(),
      outcome.kind === 'retry' ? new Date(outcome.at).toISOString() : null,
    ],
  )
}

/** An endpoint that is gone is switched off, and nothing that waits for it is tried any more; all of it can be replayed. */
async function settleGone(
  pool: pg.Pool,
  schema: string,
  held: Held,
  { status, error }: Extract<AttemptOutcome, { kind: 'gone' }>,
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString()
  await transaction(pool, async (client) => {
    const [mine] = await query<{ id: string }>(
      client,
      `UPDATE ${schema}.sync_webhook_deliveries
       SET state = 'dead', last_status = $3, last_error = $4, ended_at = $5, lease_token = NULL, lease_until = NULL
       WHERE id = $1 AND lease_token = $2 RETURNING id`,
      [held.id, held.lease_token, status, error, at],
    )
    if (mine === undefined) return
    await query(
      client,
      `UPDATE ${schema}.sync_webhook_endpoints
       SET enabled = false, disabled_reason = 'gone', updated_at = now() WHERE id = $1 AND enabled`,
      [held.endpoint_id],
    )
    // Those under way end by themselves.
    await query(
      client,
      `UPDATE ${schema}.sync_webhook_deliveries
       SET state = 'dead', last_error = 'Not sent any more: the endpoint had answered 410 to another one.', ended_at = $2
       WHERE endpoint_id = $1 AND state = 'pending' AND lease_token IS NULL`,
      [held.endpoint_id, at],
    )
  })
}

/** Gives back what was interrupted by our own stop: the attempt does not count, and the next node takes it at once. */
export async function releaseDelivery(pool: pg.Pool, schema: string, held: Held): Promise<void> {
  await query(
    pool,
    `UPDATE ${schema}.sync_webhook_deliveries
     SET attempts = attempts - 1, lease_token = NULL, lease_until = NULL WHERE id = $1 AND lease_token = $2`,
    [held.id, held.lease_token],
  )
}
