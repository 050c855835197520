import { operationColumns } from './operation-columns.ts'

/**
 * Prolongs claims: $1 ids, $2 attempts, $3 milliseconds each, in the order of the ids. A row that somebody else holds is left
 * for the next heartbeat; one that was claimed anew or has ended is left out for good.
 */
export const extendLeases = (schema: string) => `
  WITH mine AS (
    SELECT * FROM unnest($1::uuid[], $2::int4[], $3::float8[]) AS m (id, attempt, lease_ms)
  ), locked AS MATERIALIZED (
    SELECT o.id FROM ${schema}.sync_operations o
    WHERE o.id = ANY ($1::uuid[]) ORDER BY o.id FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE ${schema}.sync_operations o SET
    lease_until = now() + m.lease_ms * interval '1 millisecond',
    rev = o.rev + 1, changed_xid = pg_current_xact_id(), updated_at = now()
  FROM mine m JOIN locked l ON l.id = m.id
  WHERE o.id = m.id AND o.attempt = m.attempt AND o.status IN ('pending', 'in_progress')
  RETURNING ${operationColumns('o')}`
