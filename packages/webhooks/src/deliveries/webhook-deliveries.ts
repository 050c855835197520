import { type Clock, isUuid, SyncwatchError } from '@syncwatch/core'
import { query, quoteIdentifier, transaction } from '@syncwatch/database'
import type pg from 'pg'
import { TEST_EVENT } from '../events/webhook-event.ts'
import { DELIVERY_COLUMNS, type DeliveryState, type WebhookDelivery } from './delivery-row.ts'

export interface WebhookDeliveriesOptions {
  readonly pool: pg.Pool
  readonly schema?: string
  readonly clock: Clock
  /** Told when something is to be sent at once. */
  readonly onDue: () => void
}

export interface DeliveryQuery {
  readonly endpointId?: string
  readonly state?: DeliveryState
  /** 1 to 500. */
  readonly limit: number
  readonly cursor?: string
}

/** What the health is judged by. */
export interface WebhookHealth {
  /** How long the oldest message has been due, milliseconds; null where none is. */
  readonly lagMs: number | null
  /** Messages given up within the last 24 h and not replayed. */
  readonly dead: number
}

type Row = WebhookDelivery & Record<string, unknown>

/** Messages and what became of them. */
export class WebhookDeliveries {
  readonly #pool: pg.Pool
  readonly #schema: string
  readonly #clock: Clock
  readonly #onDue: () => void

  constructor({ pool, schema = 'public', clock, onDue }: WebhookDeliveriesOptions) {
    this.#pool = pool
    this.#schema = quoteIdentifier(schema)
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Latest first. Rejects `invalid_cursor`. */
  async list({ endpointId, state, limit, cursor }: DeliveryQuery): Promise<{
    items: WebhookDelivery[]
    next_cursor: string | null
  }> {
    if (cursor !== undefined && !isUuid(cursor))
      throw new SyncwatchError('invalid_cursor', 'The cursor is not one that a list returned. Begin without a cursor.')
    const rows = await query<Row>(
      this.#pool,
      `SELECT ${DELIVERY_COLUMNS} FROM ${this.#schema}.sync_webhook_deliveries
       WHERE ($1::uuid IS NULL OR endpoint_id = $1) AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [endpointId ?? null, state ?? null, cursor ?? null, limit + 1],
    )
    const items = rows.slice(0, limit)
    return { items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  }

  /**
   * Sends it again, as the same message, with all attempts before it. Rejects `webhook_delivery_not_found` and
   * `webhook_disabled`.
   */
  async replay(id: string): Promise<WebhookDelivery> {
    const [found] = isUuid(id)
      ? await query<{ enabled: boolean | null }>(
          this.#pool,
          `SELECT e.enabled FROM ${this.#schema}.sync_webhook_deliveries d
           LEFT JOIN ${this.#schema}.sync_webhook_endpoints e ON e.id = d.endpoint_id WHERE d.id = $1`,
          [id],
        )
      : []
    if (found?.enabled === false) throw disabled()
    const [row] =
      found?.enabled === true
        ? await query<Row>(
            this.#pool,
            `UPDATE ${this.#schema}.sync_webhook_deliveries
             SET state = 'pending', attempts = 0, next_attempt_at = $2, ended_at = NULL, lease_token = NULL, lease_until = NULL
             WHERE id = $1 RETURNING ${DELIVERY_COLUMNS}`,
            [id, this.#now()],
          )
        : []
    if (row === undefined)
      throw new SyncwatchError(
        'webhook_delivery_not_found',
        'There is no such delivery. It may have been removed by age.',
      )
    this.#onDue()
    return row
  }

  /** Leaves a `webhook.test` for an endpoint, whatever it asks for. Rejects `webhook_not_found` and `webhook_disabled`. */
  async sendTest(endpointId: string): Promise<WebhookDelivery> {
    const row = await transaction(this.#pool, async (client) => {
      const [endpoint] = isUuid(endpointId)
        ? await query<{ enabled: boolean }>(
            client,
            `SELECT enabled FROM ${this.#schema}.sync_webhook_endpoints WHERE id = $1 FOR SHARE`,
            [endpointId],
          )
        : []
      if (endpoint === undefined)
        throw new SyncwatchError('webhook_not_found', 'There is no such webhook. Look at the list.')
      if (!endpoint.enabled) throw disabled()
      const data = JSON.stringify({ endpoint_id: endpointId })
      const [made] = await query<{ id: string }>(
        client,
        `SELECT ${this.#schema}.sync_webhook_publish($1, $2::jsonb, $3) AS id`,
        [TEST_EVENT, data, endpointId],
      )
      return made
    })
    const [delivery] = await query<Row>(
      this.#pool,
      `SELECT ${DELIVERY_COLUMNS} FROM ${this.#schema}.sync_webhook_deliveries WHERE message_id = $1 AND endpoint_id = $2`,
      [row?.id, endpointId],
    )
    this.#onDue()
    return delivery as WebhookDelivery
  }

  async health(): Promise<WebhookHealth> {
    const now = this.#clock.now()
    const [row] = await query<{ due: string | null; dead: number }>(
      this.#pool,
      `SELECT
         (SELECT min(d.next_attempt_at) FROM ${this.#schema}.sync_webhook_endpoints e
          CROSS JOIN LATERAL (SELECT next_attempt_at FROM ${this.#schema}.sync_webhook_deliveries
            WHERE endpoint_id = e.id AND state = 'pending' ORDER BY next_attempt_at LIMIT 1) d
          WHERE e.enabled) AS due,
         (SELECT count(*) FROM ${this.#schema}.sync_webhook_deliveries
          WHERE state = 'dead' AND ended_at > $1::timestamptz - interval '24 hours') AS dead`,
      [new Date(now).toISOString()],
    )
    const waited = row?.due == null ? -1 : now - Date.parse(row.due)
    return { lagMs: waited > 0 ? waited : null, dead: row?.dead ?? 0 }
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

function disabled(): SyncwatchError {
  return new SyncwatchError('webhook_disabled', 'The endpoint is switched off. Switch it on first.')
}
