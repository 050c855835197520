import { operationColumns } from './operation-columns.ts'

/** Writes every column that may change of one locked operation ($1), from $2: the whole row as JSON. */
export const writeOperation = (schema: string) => `
  UPDATE ${schema}.sync_operations o SET
    status = i.status, progress = i.progress, total_items = i.total_items, processed_items = i.processed_items,
    failed_items = i.failed_items, total_bytes = i.total_bytes, processed_bytes = i.processed_bytes, phase = i.phase,
    message = i.message, start_time = i.start_time, end_time = i.end_time,
    estimated_completion = i.estimated_completion, error_details = i.error_details,
    performance_metrics = i.performance_metrics, attempt = i.attempt, cancel_requested_at = i.cancel_requested_at,
    lease_owner = i.lease_owner, lease_until = i.lease_until,
    rev = o.rev + 1, changed_xid = pg_current_xact_id(), updated_at = now(),
    ended_xid = CASE WHEN i.status IN ('completed', 'failed', 'cancelled') THEN pg_current_xact_id() END
  FROM jsonb_to_record($2::jsonb) AS i (
    status text, progress double precision, total_items bigint, processed_items bigint, failed_items bigint,
    total_bytes bigint, processed_bytes bigint, phase text, message text, start_time timestamptz, end_time timestamptz,
    estimated_completion timestamptz, error_details jsonb, performance_metrics jsonb, attempt integer,
    cancel_requested_at timestamptz, lease_owner text, lease_until timestamptz)
  WHERE o.id = $1
  RETURNING ${operationColumns('o')}`
