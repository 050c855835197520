-- Following along, keeping history, and knowing which history it is.

-- A row as everybody outside the database sees it: without the transaction ids, times in UTC with milliseconds.
CREATE FUNCTION :"schema".sync_operation_json(o :"schema".sync_operations) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT to_jsonb(o) - 'changed_xid' - 'ended_xid' || (
    SELECT jsonb_object_agg(t.name, to_char(t.value AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    FROM (VALUES
      ('start_time', o.start_time), ('end_time', o.end_time), ('estimated_completion', o.estimated_completion),
      ('cancel_requested_at', o.cancel_requested_at), ('lease_until', o.lease_until),
      ('created_at', o.created_at), ('updated_at', o.updated_at)
    ) AS t (name, value))
$$;

-- What changed at or after a cursor: {epoch, cursor, reset, rows, removed}. Give `cursor` and `epoch` back with the next call.
-- Rows may come twice, never not at all: drop those whose `rev` is not above the one that is known. With `reset` (no cursor
-- yet, one of another history, one older than the memory of removals, or more than 10,000 changes) the rows are the whole
-- view: all open operations and the 200 that ended last.
--
-- The rows and the next cursor come from one statement, and so from one snapshot: its xmin is the oldest transaction that may
-- still be under way, so whatever this snapshot cannot see yet is at or after it. Two statements would miss rows that commit
-- in between; sequences and updated_at become visible out of order and would miss them too. Called STABLE, the
-- function sees the snapshot of its caller, under any isolation level.
CREATE FUNCTION :"schema".sync_status_changes(cursor text DEFAULT NULL, epoch text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
  known_epoch text := (SELECT e.epoch::text FROM :"schema".sync_epoch e);
  since xid8;
  answer jsonb;
BEGIN
  IF sync_status_changes.cursor !~ '^[0-9]{1,19}$' THEN
    RAISE EXCEPTION 'A cursor is what the last call returned, not "%".', left(sync_status_changes.cursor, 64)
      USING ERRCODE = 'SW007';
  END IF;
  since := sync_status_changes.cursor::xid8;
  IF since > pg_snapshot_xmax(pg_current_snapshot())
     OR since < (SELECT floor FROM :"schema".sync_topic_floors WHERE topic = 'operations')
     OR sync_status_changes.epoch <> known_epoch THEN
    since := NULL;
  END IF;

  IF since IS NOT NULL THEN
    WITH changed AS (
      SELECT o FROM :"schema".sync_operations o
      WHERE o.status IN ('pending', 'in_progress') AND o.changed_xid >= since
      UNION ALL
      SELECT o FROM :"schema".sync_operations o WHERE o.ended_xid >= since
      LIMIT 10001
    )
    SELECT jsonb_build_object(
      'epoch', known_epoch,
      'cursor', pg_snapshot_xmin(pg_current_snapshot())::text,
      'reset', false,
      'rows', coalesce((SELECT jsonb_agg(:"schema".sync_operation_json(o) ORDER BY (o).created_at, (o).id) FROM changed), '[]'),
      'removed', coalesce((SELECT jsonb_agg(DISTINCT r.id) FROM :"schema".sync_removals r
                           WHERE r.topic = 'operations' AND r.changed_xid >= since), '[]'))
    INTO answer
    WHERE (SELECT count(*) FROM changed) <= 10000;
    IF answer IS NOT NULL THEN
      RETURN answer;
    END IF;
  END IF;

  WITH view AS (
    SELECT o FROM :"schema".sync_operations o WHERE o.status IN ('pending', 'in_progress')
    UNION ALL
    (SELECT o FROM :"schema".sync_operations o WHERE o.end_time IS NOT NULL ORDER BY o.end_time DESC LIMIT 200)
  )
  SELECT jsonb_build_object(
    'epoch', known_epoch,
    'cursor', pg_snapshot_xmin(pg_current_snapshot())::text,
    'reset', true,
    'rows', coalesce(jsonb_agg(:"schema".sync_operation_json(o) ORDER BY (o).created_at, (o).id), '[]'),
    'removed', '[]'::jsonb)
  INTO answer FROM view;
  RETURN answer;
END
$$;

-- Names the history that cursors belong to, and renews the name when rows or transaction ids are not the ones it stood for.
-- Called at each start of a node; callers take turns on the row.
CREATE FUNCTION :"schema".sync_check_epoch() RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
  known :"schema".sync_epoch;
  present :"schema".sync_epoch;
BEGIN
  INSERT INTO :"schema".sync_epoch DEFAULT VALUES ON CONFLICT DO NOTHING;
  SELECT * INTO known FROM :"schema".sync_epoch FOR UPDATE;
  present := known;
  BEGIN
    SELECT s.system_identifier::text, c.timeline_id INTO present.system_identifier, present.timeline
    FROM pg_control_system() s, pg_control_checkpoint() c;
  EXCEPTION WHEN insufficient_privilege THEN
    -- Some hosts forbid it; what follows still tells a restored dump.
    present := known;
  END;
  SELECT d.oid INTO present.database_oid FROM pg_database d WHERE d.datname = current_database();
  present.table_oid := ':"schema".sync_operations'::regclass;
  IF present IS NOT DISTINCT FROM known AND NOT :"schema".sync_holds_future() THEN
    RETURN known.epoch;
  END IF;

  -- Rows of transactions that are still to come here would count as changed until those have passed. The row triggers put
  -- the present one in. Nothing is remembered of removals: every cursor gets the whole view.
  UPDATE :"schema".sync_operations SET rev = rev
  WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot()) OR ended_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE :"schema".sync_operation_items SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE :"schema".sync_operation_events SET changed_xid = pg_current_xact_id()
  WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE :"schema".connection_status SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE :"schema".sync_health SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  DELETE FROM :"schema".sync_removals;
  DELETE FROM :"schema".sync_topic_floors;
  IF to_regprocedure('syncwatch.renew_changes()') IS NOT NULL THEN
    EXECUTE 'SELECT syncwatch.renew_changes()';
  END IF;
  UPDATE :"schema".sync_epoch
  SET epoch = gen_random_uuid(), system_identifier = present.system_identifier, timeline = present.timeline,
      database_oid = present.database_oid, table_oid = present.table_oid, renewed_at = now()
  RETURNING epoch INTO present.epoch;
  RETURN present.epoch;
END
$$;

-- Nothing that is visible can be of a transaction at or after the snapshot's xmax, unless it comes from elsewhere. Asked in one
-- statement, so that the rows and the bound are of the same snapshot.
CREATE FUNCTION :"schema".sync_holds_future() RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
  SELECT EXISTS (
    SELECT FROM (
      SELECT changed_xid FROM :"schema".sync_operations WHERE status IN ('pending', 'in_progress')
      UNION ALL (SELECT ended_xid FROM :"schema".sync_operations
                 WHERE ended_xid IS NOT NULL ORDER BY ended_xid DESC LIMIT 1)
      UNION ALL SELECT changed_xid FROM :"schema".connection_status
      UNION ALL SELECT changed_xid FROM :"schema".sync_health
    ) t WHERE t.changed_xid >= pg_snapshot_xmax(pg_current_snapshot()))
$$;
SELECT :"schema".sync_check_epoch();

-- How operations went: those that ended within the window. Rates are 0 to 1, durations milliseconds.
CREATE FUNCTION :"schema".sync_metrics("window" interval DEFAULT '24 hours') RETURNS jsonb
LANGUAGE sql STABLE
AS $$
  WITH ended AS (
    SELECT status, extract(epoch FROM end_time - start_time) * 1000 AS duration, start_time, end_time
    FROM :"schema".sync_operations WHERE end_time >= now() - "window"
  ), steps AS (
    SELECT sum(step) OVER (ORDER BY at, step DESC) AS running
    FROM (
      SELECT start_time AS at, 1 AS step FROM ended WHERE start_time IS NOT NULL
      UNION ALL SELECT end_time, -1 FROM ended WHERE start_time IS NOT NULL
      UNION ALL SELECT start_time, 1 FROM :"schema".sync_operations WHERE status = 'in_progress'
    ) t
  )
  SELECT jsonb_build_object(
    'totalOperations', count(*),
    'successRate', coalesce(avg((status = 'completed')::int) FILTER (WHERE status <> 'cancelled'), 1)::float8,
    'errorRate', coalesce(avg((status = 'failed')::int) FILTER (WHERE status <> 'cancelled'), 0)::float8,
    'avgDuration', coalesce(avg(duration), 0)::float8,
    'peakConcurrency', coalesce((SELECT max(running) FROM steps), 0))
  FROM ended
$$;

-- Keeps the health and metrics of this moment. The health is the last report of a running node; where none ever ran, it is
-- judged by the share of failures in the last 24 hours alone.
CREATE FUNCTION :"schema".create_sync_snapshot(type text DEFAULT 'manual') RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
  metrics jsonb := :"schema".sync_metrics();
  error_rate double precision := (metrics ->> 'errorRate')::double precision;
  report jsonb := (SELECT h.report FROM :"schema".sync_health h WHERE h.report <> '{}');
  new_id uuid;
BEGIN
  IF type IS NULL OR type NOT IN ('hourly', 'daily', 'manual', 'error') THEN
    RAISE EXCEPTION 'A snapshot is hourly, daily, manual or error, not "%".', left(type, 64) USING ERRCODE = 'SW005';
  END IF;
  IF report IS NULL THEN
    report := jsonb_build_object(
      'id', 'system', 'rev', 0,
      'status', CASE WHEN error_rate > 0.1 THEN 'critical' WHEN error_rate >= 0.05 THEN 'warning' ELSE 'healthy' END,
      'performance_score', round(100 * (1 - error_rate)), 'error_rate', error_rate, 'trend', 'steady', 'reasons', '[]'::jsonb,
      'sample_size', metrics -> 'totalOperations', 'window_seconds', 86400,
      'since', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'evaluated_at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
  END IF;
  INSERT INTO :"schema".sync_status_snapshots (snapshot_type, health, metrics, active_operations, connected_clients)
  VALUES (
    type, report, metrics,
    (SELECT count(*) FROM :"schema".sync_operations WHERE status IN ('pending', 'in_progress')),
    (SELECT count(*) FROM :"schema".connection_status WHERE status = 'connected'))
  RETURNING id INTO new_id;
  RETURN new_id;
END
$$;

-- Removes what ended longer than `keep` ago or is not among the `keep_count` that ended last, the oldest first. Open operations
-- are never removed. A large delete is a long transaction, so one call removes at most `batch` of each kind and ten times as
-- many details (items and events, which go before their operation): call it again until it returns zeros. What is
-- remembered only for a short while (removals, tickets, keys of requests) goes when its own time is over.
CREATE FUNCTION :"schema".cleanup_sync_status(
  keep interval DEFAULT '30 days',
  batch integer DEFAULT 1000,
  keep_count bigint DEFAULT NULL,
  OUT operations bigint, OUT snapshots bigint, OUT connections bigint, OUT details bigint
)
LANGUAGE plpgsql
AS $$
DECLARE
  -- The one that ended as the last of those to keep; strictly older ones go, so that equals stay together.
  kept_from timestamptz := (
    SELECT o.end_time FROM :"schema".sync_operations o WHERE o.end_time IS NOT NULL
    ORDER BY o.end_time DESC OFFSET greatest(keep_count, 1) - 1 LIMIT CASE WHEN keep_count IS NULL THEN 0 ELSE 1 END);
  due uuid[];
  removed bigint;
BEGIN
  IF keep IS NULL OR keep < '0'::interval OR batch IS NULL OR batch < 1 OR keep_count < 1 THEN
    RAISE EXCEPTION 'keep is an interval of 0 or more, batch and keep_count are 1 or more.' USING ERRCODE = 'SW005';
  END IF;
  due := ARRAY(
    SELECT id FROM :"schema".sync_operations
    WHERE end_time < greatest(now() - keep, kept_from) AND status IN ('completed', 'failed', 'cancelled')
    ORDER BY end_time LIMIT batch FOR UPDATE SKIP LOCKED);
  DELETE FROM :"schema".sync_operation_items WHERE id IN (
    SELECT id FROM :"schema".sync_operation_items WHERE operation_id = ANY (due) LIMIT 10 * batch::bigint);
  GET DIAGNOSTICS details = ROW_COUNT;
  DELETE FROM :"schema".sync_operation_events WHERE id IN (
    SELECT id FROM :"schema".sync_operation_events WHERE operation_id = ANY (due) LIMIT 10 * batch::bigint);
  GET DIAGNOSTICS removed = ROW_COUNT;
  details := details + removed;
  DELETE FROM :"schema".sync_operations o WHERE o.id = ANY (due)
    AND NOT EXISTS (SELECT FROM :"schema".sync_operation_items i WHERE i.operation_id = o.id)
    AND NOT EXISTS (SELECT FROM :"schema".sync_operation_events e WHERE e.operation_id = o.id);
  GET DIAGNOSTICS operations = ROW_COUNT;
  DELETE FROM :"schema".sync_status_snapshots WHERE id IN (
    SELECT id FROM :"schema".sync_status_snapshots WHERE created_at < now() - keep
    ORDER BY created_at LIMIT batch FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS snapshots = ROW_COUNT;
  DELETE FROM :"schema".connection_status WHERE id IN (
    SELECT id FROM :"schema".connection_status WHERE status = 'disconnected' AND updated_at < now() - keep
    LIMIT batch FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS connections = ROW_COUNT;

  -- A cursor that would still need a purged removal is below the floor from now on.
  WITH purged AS (
    DELETE FROM :"schema".sync_removals WHERE removed_at < now() - interval '1 hour' RETURNING topic, changed_xid
  ), newest AS (
    SELECT DISTINCT ON (topic) topic, (changed_xid::text::numeric + 1)::text::xid8 AS floor
    FROM purged ORDER BY topic, changed_xid DESC
  )
  INSERT INTO :"schema".sync_topic_floors AS f (topic, floor) SELECT topic, floor FROM newest
  ON CONFLICT (topic) DO UPDATE SET floor = excluded.floor WHERE f.floor < excluded.floor;
  IF to_regprocedure('syncwatch.purge_removals()') IS NOT NULL THEN
    EXECUTE 'INSERT INTO :"schema".sync_topic_floors AS f (topic, floor) SELECT * FROM syncwatch.purge_removals()
      ON CONFLICT (topic) DO UPDATE SET floor = excluded.floor WHERE f.floor < excluded.floor';
  END IF;
  DELETE FROM :"schema".sync_tickets_used WHERE expires_at < now();
  DELETE FROM :"schema".sync_idempotency_keys WHERE expires_at < now();
  DELETE FROM :"schema".sync_health_acknowledgements WHERE until < now() - keep;
END
$$;
