export interface CleanupRow {
  operations: number
  snapshots: number
  connections: number
}

/** One batch by age: $1 milliseconds to keep, $2 rows of each kind. */
export const cleanupByAge = (schema: string) => `
  SELECT operations, snapshots, connections
  FROM ${schema}.cleanup_sync_status($1 * interval '1 millisecond', $2::int)`

/** One batch by count: ended operations beyond the $1 latest, at most $2. */
export const cleanupByCount = (schema: string) => `
  WITH gone AS (
    DELETE FROM ${schema}.sync_operations WHERE id IN (
      SELECT id FROM ${schema}.sync_operations WHERE end_time IS NOT NULL AND status IN ('completed', 'failed', 'cancelled')
      ORDER BY end_time DESC OFFSET $1::int LIMIT $2::int FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*) AS operations FROM gone`
