/** Operations of some types ($1) that were claimed before and wait for the next worker, at most $2. */
export const findRequeued = (schema: string) => `
  SELECT id, operation_type FROM ${schema}.sync_operations
  WHERE status = 'in_progress' AND attempt > 0 AND lease_owner IS NULL AND operation_type = ANY ($1::text[])
  ORDER BY id LIMIT $2`
