import { type Clock, isUuid, parseInput, SyncwatchError } from '@syncwatch/core'
import { type Queryable, query, quoteIdentifier, transaction } from '@syncwatch/database'
import type pg from 'pg'
import { WEBHOOK_EVENTS } from '../events/webhook-event.ts'
import { makeSecret, maskSecret } from '../events/webhook-secret.ts'
import { endpointColumns, type WebhookEndpoint, type WebhookSecretShown } from './endpoint-row.ts'
import { type AddWebhook, addWebhookSchema, type EditWebhook, editWebhookSchema } from './endpoint-schema.ts'

export interface WebhookEndpointsOptions {
  readonly pool: pg.Pool
  readonly schema?: string
  readonly clock: Clock
  /** Resolves where an address may be sent to; rejects `webhook_address_refused` where not. */
  readonly checkAddress: (url: string) => Promise<void>
}

/** How long a secret that was replaced still signs beside the new one. */
export const SECRET_OVERLAP_MS = 24 * 3_600_000
/** Secrets that sign at once: each is a signature in the header. */
const MOST_SECRETS = 3
/** They are read whenever something happens. */
export const MOST_ENDPOINTS = 100

type Stored = Omit<WebhookEndpoint, 'secrets'> & {
  secrets: { secret: string; created_at: string; expires_at: string | null }[]
}

/** Who is told, of what. Methods resolve when committed and reject with a documented code. */
export class WebhookEndpoints {
  readonly #pool: pg.Pool
  readonly #schema: string
  readonly #clock: Clock
  readonly #checkAddress: WebhookEndpointsOptions['checkAddress']

  constructor({ pool, schema = 'public', clock, checkAddress }: WebhookEndpointsOptions) {
    this.#pool = pool
    this.#schema = quoteIdentifier(schema)
    this.#clock = clock
    this.#checkAddress = checkAddress
  }

  /** All, the oldest first; there are at most 100. */
  async list(): Promise<WebhookEndpoint[]> {
    const rows = await query<Stored & Record<string, unknown>>(
      this.#pool,
      `SELECT ${endpointColumns(this.#schema)} FROM ${this.#schema}.sync_webhook_endpoints e ORDER BY e.id`,
      [this.#now()],
    )
    return rows.map(shown)
  }

  /** Rejects `webhook_not_found`. */
  get(id: string): Promise<WebhookEndpoint> {
    return this.#read(this.#pool, id)
  }

  /** Rejects `invalid_input` and `webhook_address_refused`. */
  async add(given: AddWebhook): Promise<WebhookSecretShown> {
    const { url, events = [...WEBHOOK_EVENTS], description = '' } = parseInput(addWebhookSchema, given)
    await this.#checkAddress(url)
    const secret = makeSecret()
    return transaction(this.#pool, async (client) => {
      await query(client, `SELECT pg_advisory_xact_lock(hashtext('syncwatch webhook endpoints'))`)
      const [made] = await query<{ id: string }>(
        client,
        `INSERT INTO ${this.#schema}.sync_webhook_endpoints (url, description, events)
         SELECT $1, $2, $3 WHERE (SELECT count(*) FROM ${this.#schema}.sync_webhook_endpoints) < $4 RETURNING id`,
        [url, description, events, MOST_ENDPOINTS],
      )
      if (made === undefined)
        throw new SyncwatchError('invalid_input', `There are ${MOST_ENDPOINTS} already, which is the most. Remove one.`)
      await this.#insertSecret(client, made.id, secret)
      return { endpoint: await this.#read(client, made.id), secret }
    })
  }

  /** Rejects `webhook_not_found`, `invalid_input` and `webhook_address_refused`. */
  async edit(id: string, given: EditWebhook): Promise<WebhookEndpoint> {
    const edit = parseInput(editWebhookSchema, given)
    await this.get(id)
    if (edit.url !== undefined) await this.#checkAddress(edit.url)
    await query(
      this.#pool,
      `UPDATE ${this.#schema}.sync_webhook_endpoints SET
         url = coalesce($2, url), events = coalesce($3, events), description = coalesce($4, description),
         enabled = coalesce($5, enabled), disabled_reason = CASE WHEN $5 IS NULL THEN disabled_reason END, updated_at = now()
       WHERE id = $1`,
      [id, edit.url ?? null, edit.events ?? null, edit.description ?? null, edit.enabled ?? null],
    )
    return this.get(id)
  }

  /** What waited for it goes with it. Rejects `webhook_not_found`. */
  async remove(id: string): Promise<void> {
    await transaction(this.#pool, async (client) => {
      await this.#lock(client, id)
      await query(client, `DELETE FROM ${this.#schema}.sync_webhook_endpoints WHERE id = $1`, [id])
      await query(client, `DELETE FROM ${this.#schema}.sync_webhook_deliveries WHERE endpoint_id = $1`, [id])
    })
  }

  /** Makes a new secret. The ones before it sign beside it for a day, three in all at most. Rejects `webhook_not_found`. */
  async rotateSecret(id: string): Promise<WebhookSecretShown> {
    const secret = makeSecret()
    return transaction(this.#pool, async (client) => {
      await this.#lock(client, id)
      const until = new Date(this.#clock.now() + SECRET_OVERLAP_MS).toISOString()
      await query(
        client,
        `UPDATE ${this.#schema}.sync_webhook_secrets SET expires_at = $2 WHERE endpoint_id = $1 AND expires_at IS NULL`,
        [id, until],
      )
      await this.#insertSecret(client, id, secret)
      await query(
        client,
        `DELETE FROM ${this.#schema}.sync_webhook_secrets WHERE endpoint_id = $1 AND (expires_at < $2 OR id IN (
           SELECT id FROM ${this.#schema}.sync_webhook_secrets WHERE endpoint_id = $1
           ORDER BY created_at DESC, id DESC OFFSET $3))`,
        [id, this.#now(), MOST_SECRETS],
      )
      return { endpoint: await this.#read(client, id), secret }
    })
  }

  async #read(on: Queryable, id: string): Promise<WebhookEndpoint> {
    const [row] = isUuid(id)
      ? await query<Stored & Record<string, unknown>>(
          on,
          `SELECT ${endpointColumns(this.#schema)} FROM ${this.#schema}.sync_webhook_endpoints e WHERE e.id = $2`,
          [this.#now(), id],
        )
      : []
    if (row === undefined) throw notFound()
    return shown(row)
  }

  async #lock(client: pg.PoolClient, id: string): Promise<void> {
    const rows = isUuid(id)
      ? await query(client, `SELECT FROM ${this.#schema}.sync_webhook_endpoints WHERE id = $1 FOR UPDATE`, [id])
      : []
    if (rows.length === 0) throw notFound()
  }

  /** By the clock of the statement, so that the newest of one transaction is told from those before it. */
  async #insertSecret(client: pg.PoolClient, endpointId: string, secret: string): Promise<void> {
    await query(
      client,
      `INSERT INTO ${this.#schema}.sync_webhook_secrets (endpoint_id, secret, created_at) VALUES ($1, $2, clock_timestamp())`,
      [endpointId, secret],
    )
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

function notFound(): SyncwatchError {
  return new SyncwatchError('webhook_not_found', 'There is no such webhook. Look at the list.')
}

function shown({ secrets, ...row }: Stored): WebhookEndpoint {
  return { ...row, secrets: secrets.map(({ secret, ...times }) => ({ hint: maskSecret(secret), ...times })) }
}
