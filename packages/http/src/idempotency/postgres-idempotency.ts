import { type Queryable, query, quoteIdentifier } from '@syncwatch/database'
import type { IdempotencyStore, KeyState, StoredAnswer } from './idempotency-store.ts'

export interface IdempotencyTable {
  readonly pool: Queryable
  /** The schema of the status tables; `public` by default. */
  readonly schema?: string
}

interface KeyRow extends Record<string, unknown> {
  request_hash: string
  is_old: boolean
  response_status: number | null
  response_headers: Record<string, string> | null
  response_body: string | null
}

/** Keys in `sync_idempotency_keys`, so that they hold on every node and after a restart. */
export function postgresIdempotency({ pool, schema = 'public' }: IdempotencyTable): IdempotencyStore {
  const table = `${quoteIdentifier(schema)}.sync_idempotency_keys`
  return {
    begin: (scope, key, fingerprint) => begin(pool, table, [scope, key, fingerprint]),
    finish: (scope, key, answer) => finish(pool, table, [scope, key], answer),
    abandon: async (scope, key) => {
      const text = `DELETE FROM ${table} WHERE scope = $1 AND key = $2 AND response_status IS NULL`
      await query(pool, text, [scope, key])
    },
  }
}

/**
 * A key is held for a day from its first use. One whose request left no answer is not given out again before that: nobody knows
 * whether its change was made.
 */
async function begin(pool: Queryable, table: string, values: [string, string, string]): Promise<KeyState> {
  const taken = await query(
    pool,
    `INSERT INTO ${table} AS k (scope, key, request_hash, expires_at)
     VALUES ($1, $2, $3, now() + interval '1 day')
     ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, response_status = NULL,
       response_headers = NULL, response_body = NULL, created_at = now(), expires_at = excluded.expires_at
     WHERE k.expires_at < now()
     RETURNING 1`,
    values,
  )
  if (taken.length > 0) return { state: 'new' }
  const [row] = await query<KeyRow>(
    pool,
    `SELECT request_hash, created_at < now() - interval '1 minute' AS is_old, response_status, response_headers, response_body FROM ${table} WHERE scope = $1 AND key = $2`,
    values.slice(0, 2),
  )
  // Freed in between: to the caller it is still under way, and it asks again.
  if (row === undefined) return { state: 'running' }
  return stateOf(row, values[2])
}

function stateOf(row: KeyRow, fingerprint: string): KeyState {
  if (row.request_hash !== fingerprint) return { state: 'conflict' }
  if (row.response_status === null) return { state: row.is_old ? 'unknown' : 'running' }
  const answer = { status: row.response_status, headers: row.response_headers ?? {}, body: row.response_body ?? '' }
  return { state: 'answered', answer }
}

/** Keeps the answer for a day. The body is a JSON string in jsonb, so that it comes back byte by byte. */
async function finish(pool: Queryable, table: string, key: [string, string], answer: StoredAnswer): Promise<void> {
  await query(
    pool,
    `UPDATE ${table} SET response_status = $3, response_headers = $4::jsonb, response_body = $5::jsonb,
       expires_at = now() + interval '1 day'
     WHERE scope = $1 AND key = $2`,
    [...key, answer.status, JSON.stringify(answer.headers), JSON.stringify(answer.body)],
  )
  await query(
    pool,
    `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM ${table} WHERE expires_at < now() - interval '1 hour' LIMIT 50 FOR UPDATE SKIP LOCKED))`,
  )
}
