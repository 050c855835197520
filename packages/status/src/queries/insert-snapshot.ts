export const SNAPSHOT_COLUMNS = 'id, snapshot_type, health, metrics, active_operations, connected_clients, created_at'

/**
 * Keeps health ($2) and metrics ($3) under a type ($1). With $4 (`hour` or `day`) only the first of that period is kept,
 * whichever node comes; the caller holds `LOCK_SNAPSHOTS`.
 */
export const insertSnapshot = (schema: string) => `
  INSERT INTO ${schema}.sync_status_snapshots (snapshot_type, health, metrics, active_operations, connected_clients)
  SELECT $1, $2::jsonb, $3::jsonb,
    (SELECT count(*) FROM ${schema}.sync_operations WHERE status IN ('pending', 'in_progress')),
    (SELECT count(*) FROM ${schema}.connection_status WHERE status = 'connected')
  WHERE $4::text IS NULL OR NOT EXISTS (
    SELECT FROM ${schema}.sync_status_snapshots
    WHERE snapshot_type = $1 AND created_at >= date_trunc($4::text, now()))
  RETURNING ${SNAPSHOT_COLUMNS}`

/** One node at a time does what the schedule says. False while another one does. */
export const LOCK_SCHEDULE = `SELECT pg_try_advisory_xact_lock(hashtext('syncwatch schedule')) AS locked`

/**
 * One node at a time, and each in its turn: a node that only tried, and left where another one was just making the hour's, could
 * leave the day's to nobody.
 */
export const LOCK_SNAPSHOTS = `SELECT pg_advisory_xact_lock(hashtext('syncwatch snapshots'))`
