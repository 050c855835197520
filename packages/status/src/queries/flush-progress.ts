/** The one row that a flush answers with: arrays as text, because a row an operation costs more than the write itself. */
export interface FlushResult {
  /** `{1,5,2}`: places in the input that were written. Null when none was. */
  ords: string | null
  /** The new `rev` of each of them, in the same order. */
  revs: string | null
  /** Rows that were locked but may not be written: place, status, attempt. */
  refused: [ord: number, status: string, attempt: number][] | null
  xid: string
  written_at: string
}

/**
 * Writes the latest progress of many operations in one statement. Rows are locked in the order of their ids, and rows that
 * somebody else holds are skipped: in a plain UPDATE one held row stalls all the others, and overlapping flushes deadlock.
 * Every number is `greatest`, so that an overtaken flush takes nothing back. A null leaves its column as it is, and a column
 * that no row sets comes as an empty array, which unnest pads with null.
 *
 * What was locked is found again by its place (`ctid`), which cannot change while it is locked; by its id each row would be
 * looked up twice. A row that somebody changed between this statement's snapshot and the lock has its new place from the
 * lock, which the snapshot does not show: it is not written then and comes again with the next flush.
 */
export const flushProgress = (schema: string) => `
  WITH input AS (
    SELECT * FROM unnest(
      $1::uuid[], $2::int4[], $3::float8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::text[],
      $10::text[], $11::timestamptz[], $12::text[], $13::text[]
    ) WITH ORDINALITY AS i (
      id, attempt, progress, total_items, processed_items, failed_items, total_bytes, processed_bytes, phase,
      message, estimated_completion, performance_metrics, driven_by, ord)
  ), locked AS MATERIALIZED (
    SELECT o.ctid AS place, o.id, o.status, o.attempt FROM ${schema}.sync_operations o
    WHERE o.id = ANY ($1::uuid[]) ORDER BY o.id FOR NO KEY UPDATE SKIP LOCKED
  ), written AS (
    UPDATE ${schema}.sync_operations o SET
      status = 'in_progress',
      start_time = coalesce(o.start_time, now()),
      progress = greatest(o.progress, i.progress),
      total_items = coalesce(i.total_items, o.total_items),
      processed_items = greatest(o.processed_items, i.processed_items),
      failed_items = greatest(o.failed_items, i.failed_items),
      total_bytes = coalesce(i.total_bytes, o.total_bytes),
      processed_bytes = greatest(o.processed_bytes, i.processed_bytes),
      phase = coalesce(i.phase, o.phase),
      message = coalesce(i.message, o.message),
      estimated_completion = i.estimated_completion,
      performance_metrics = coalesce(i.performance_metrics::jsonb, o.performance_metrics),
      lease_owner = CASE WHEN o.attempt = 0 THEN coalesce(i.driven_by, o.lease_owner) ELSE o.lease_owner END,
      rev = o.rev + 1,
      changed_xid = pg_current_xact_id(),
      updated_at = now()
    FROM input i JOIN locked l ON l.id = i.id
    WHERE o.ctid = l.place AND l.status IN ('pending', 'in_progress') AND (i.attempt IS NULL OR i.attempt = l.attempt)
    RETURNING i.ord, o.rev
  )
  SELECT w.ords, w.revs, pg_current_xact_id() AS xid, now() AS written_at,
    CASE WHEN w.n < (SELECT count(*) FROM locked) THEN (
      SELECT json_agg(json_build_array(i.ord, l.status, l.attempt))
      FROM locked l JOIN input i ON i.id = l.id
      WHERE l.status NOT IN ('pending', 'in_progress') OR i.attempt <> l.attempt) END AS refused
  FROM (SELECT array_agg(ord)::text AS ords, array_agg(rev)::text AS revs, count(*) AS n FROM written) w`
