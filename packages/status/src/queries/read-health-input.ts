/** What the database knows of the system's health; times in milliseconds. */
export interface HealthInputRow {
  completed: number
  failed: number
  window_seconds: number
  stalled: { id: string; since: number }[] | null
  backlog_age_ms: number | null
  oldest_snapshot_ms: number | null
  acknowledgements: { code: string; severity: string; by: string; note: string; until: number }[] | null
}

/**
 * Looks back $1 seconds, and further (at most $2) until $3 finished operations are in view. An operation counts as stalled
 * when its own measurement says so, or when it has not changed for $4 milliseconds.
 */
export const readHealthInput = (schema: string) => `
  WITH tenth AS (
    SELECT end_time FROM ${schema}.sync_operations
    WHERE end_time > now() - $2 * interval '1 second' AND status IN ('completed', 'failed')
    ORDER BY end_time DESC OFFSET $3::int - 1 LIMIT 1
  ), view AS (
    SELECT coalesce(
      (SELECT least(end_time, now() - $1 * interval '1 second') FROM tenth),
      now() - $2 * interval '1 second') AS since
  ), finished AS (
    SELECT count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed
    FROM ${schema}.sync_operations WHERE end_time >= (SELECT since FROM view)
  )
  SELECT f.completed, f.failed, extract(epoch FROM now() - v.since)::float8 AS window_seconds,
    (SELECT json_agg(json_build_object('id', id, 'since', since)) FROM (
       SELECT id, extract(epoch FROM coalesce((performance_metrics ->> 'stalled_since')::timestamptz, updated_at)) * 1000 AS since
       FROM ${schema}.sync_operations
       WHERE status = 'in_progress' AND (
         performance_metrics ->> 'stalled_since' IS NOT NULL OR updated_at < now() - $4 * interval '1 millisecond')
       LIMIT 1000) t) AS stalled,
    (SELECT extract(epoch FROM now() - min(created_at))::float8 * 1000 FROM ${schema}.sync_operations
     WHERE status = 'pending') AS backlog_age_ms,
    (SELECT extract(epoch FROM now() - min(xact_start))::float8 * 1000 FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
       AND backend_xmin IS NOT NULL) AS oldest_snapshot_ms,
    (SELECT json_agg(json_build_object('code', code, 'severity', severity, 'by', acknowledged_by, 'note', note,
       'until', extract(epoch FROM until) * 1000) ORDER BY created_at DESC)
     FROM ${schema}.sync_health_acknowledgements WHERE until > now()) AS acknowledgements
  FROM finished f, view v`
