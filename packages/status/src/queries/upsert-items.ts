/** Which operations could be written to: id and attempt. Items of the others are left out. */
export interface UpsertItemsResult {
  held: [id: string, attempt: number][] | null
}

/**
 * Items of any operations in one statement. The operation's row is locked FOR KEY SHARE: that does not wait for progress, and
 * a claim (FOR UPDATE) waits for it, so a fence that held when it was looked at holds until the commit. `SKIP LOCKED` unless
 * the statement belongs to a caller's transaction.
 */
export const upsertItems = (schema: string, wait: 'SKIP LOCKED' | '') => `
  WITH input AS (
    SELECT * FROM unnest(
      $1::uuid[], $2::text[], $3::text[], $4::text[], $5::int8[], $6::text[], $7::text[], $8::float8[], $9::int4[]
    ) AS i (operation_id, item_key, action, state, bytes, error_code, error_message, duration_ms, attempt)
  ), held AS MATERIALIZED (
    SELECT o.id, o.attempt FROM ${schema}.sync_operations o
    WHERE o.id = ANY ($10::uuid[]) ORDER BY o.id FOR KEY SHARE ${wait}
  ), written AS (
    INSERT INTO ${schema}.sync_operation_items AS t
      (operation_id, item_key, action, state, bytes, error_code, error_message, duration_ms, attempt)
    SELECT h.id, i.item_key, i.action, i.state, i.bytes, i.error_code, i.error_message, i.duration_ms, h.attempt
    FROM input i JOIN held h ON h.id = i.operation_id
    WHERE i.attempt IS NULL OR i.attempt = h.attempt
    ON CONFLICT (id) DO UPDATE SET
      action = excluded.action, state = excluded.state, bytes = coalesce(excluded.bytes, t.bytes),
      error_code = excluded.error_code, error_message = excluded.error_message,
      duration_ms = coalesce(excluded.duration_ms, t.duration_ms), attempt = excluded.attempt,
      rev = t.rev + 1, changed_xid = pg_current_xact_id(), updated_at = now()
  )
  SELECT json_agg(json_build_array(id, attempt)) AS held FROM held`
