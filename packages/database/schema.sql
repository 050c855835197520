-- What the migrations make, read back from the catalogs of a fresh Postgres 18. Generated: see CONTRIBUTING.

CREATE OR REPLACE FUNCTION public.cancel_sync_operation(id text)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
  o "public".sync_operations := "public".sync_lock_operation(cancel_sync_operation.id, NULL);
  held boolean := o.attempt > 0 AND o.lease_owner IS NOT NULL AND (o.lease_until IS NULL OR o.lease_until > clock_timestamp());
BEGIN
  PERFORM "public".sync_refuse_ended(o, 'be cancelled');
  IF NOT (held AND o.status = 'in_progress') THEN
    o.status := 'cancelled';
    o.estimated_completion := NULL;
  END IF;
  UPDATE "public".sync_operations
  SET status = o.status,
      estimated_completion = o.estimated_completion,
      cancel_requested_at = coalesce(o.cancel_requested_at, now())
  WHERE id = o.id;
  RETURN o.status;
END
$function$
;

CREATE OR REPLACE FUNCTION public.cancel_sync_operation(operation_id uuid)
 RETURNS text
 LANGUAGE sql
AS $function$ SELECT "public".cancel_sync_operation(operation_id::text) $function$
;

CREATE OR REPLACE FUNCTION public.cleanup_sync_status(keep interval DEFAULT '30 days'::interval, batch integer DEFAULT 1000, keep_count bigint DEFAULT NULL::bigint, OUT operations bigint, OUT snapshots bigint, OUT connections bigint, OUT details bigint)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
DECLARE
  -- The one that ended as the last of those to keep; strictly older ones go, so that equals stay together.
  kept_from timestamptz := (
    SELECT o.end_time FROM "public".sync_operations o WHERE o.end_time IS NOT NULL
    ORDER BY o.end_time DESC OFFSET greatest(keep_count, 1) - 1 LIMIT CASE WHEN keep_count IS NULL THEN 0 ELSE 1 END);
  due uuid[];
  removed bigint;
BEGIN
  IF keep IS NULL OR keep < '0'::interval OR batch IS NULL OR batch < 1 OR keep_count < 1 THEN
    RAISE EXCEPTION 'keep is an interval of 0 or more, batch and keep_count are 1 or more.' USING ERRCODE = 'SW005';
  END IF;
  due := ARRAY(
    SELECT id FROM "public".sync_operations
    WHERE end_time < greatest(now() - keep, kept_from) AND status IN ('completed', 'failed', 'cancelled')
    ORDER BY end_time LIMIT batch FOR UPDATE SKIP LOCKED);
  DELETE FROM "public".sync_operation_items WHERE id IN (
    SELECT id FROM "public".sync_operation_items WHERE operation_id = ANY (due) LIMIT 10 * batch::bigint);
  GET DIAGNOSTICS details = ROW_COUNT;
  DELETE FROM "public".sync_operation_events WHERE id IN (
    SELECT id FROM "public".sync_operation_events WHERE operation_id = ANY (due) LIMIT 10 * batch::bigint);
  GET DIAGNOSTICS removed = ROW_COUNT;
  details := details + removed;
  DELETE FROM "public".sync_operations o WHERE o.id = ANY (due)
    AND NOT EXISTS (SELECT FROM "public".sync_operation_items i WHERE i.operation_id = o.id)
    AND NOT EXISTS (SELECT FROM "public".sync_operation_events e WHERE e.operation_id = o.id);
  GET DIAGNOSTICS operations = ROW_COUNT;
  DELETE FROM "public".sync_status_snapshots WHERE id IN (
    SELECT id FROM "public".sync_status_snapshots WHERE created_at < now() - keep
    ORDER BY created_at LIMIT batch FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS snapshots = ROW_COUNT;
  DELETE FROM "public".connection_status WHERE id IN (
    SELECT id FROM "public".connection_status WHERE status = 'disconnected' AND updated_at < now() - keep
    LIMIT batch FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS connections = ROW_COUNT;

  -- A cursor that would still need a purged removal is below the floor from now on.
  WITH purged AS (
    DELETE FROM "public".sync_removals WHERE removed_at < now() - interval '1 hour' RETURNING topic, changed_xid
  ), newest AS (
    SELECT DISTINCT ON (topic) topic, (changed_xid::text::numeric + 1)::text::xid8 AS floor
    FROM purged ORDER BY topic, changed_xid DESC
  )
  INSERT INTO "public".sync_topic_floors AS f (topic, floor) SELECT topic, floor FROM newest
  ON CONFLICT (topic) DO UPDATE SET floor = excluded.floor WHERE f.floor < excluded.floor;
  IF to_regprocedure('syncwatch.purge_removals()') IS NOT NULL THEN
    EXECUTE 'INSERT INTO "public".sync_topic_floors AS f (topic, floor) SELECT * FROM syncwatch.purge_removals()
      ON CONFLICT (topic) DO UPDATE SET floor = excluded.floor WHERE f.floor < excluded.floor';
  END IF;
  DELETE FROM "public".sync_tickets_used WHERE expires_at < now();
  DELETE FROM "public".sync_idempotency_keys WHERE expires_at < now();
  DELETE FROM "public".sync_health_acknowledgements WHERE until < now() - keep;
END
$function$
;

CREATE OR REPLACE FUNCTION public.complete_sync_operation(id text, status text DEFAULT 'completed'::text, error_details jsonb DEFAULT NULL::jsonb, message text DEFAULT NULL::text, attempt integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_variable
DECLARE
  o "public".sync_operations;
BEGIN
  IF status IS NULL OR status NOT IN ('completed', 'failed', 'cancelled') THEN
    RAISE EXCEPTION 'An operation ends completed, failed or cancelled, not "%".', left(status, 64)
      USING ERRCODE = 'SW005';
  END IF;
  o := "public".sync_lock_operation(id, attempt);
  PERFORM "public".sync_refuse_ended(o, 'become ' || status);
  UPDATE "public".sync_operations AS t
  SET status = complete_sync_operation.status,
      progress = CASE WHEN complete_sync_operation.status = 'completed' THEN 100 ELSE o.progress END,
      error_details = coalesce(complete_sync_operation.error_details, o.error_details),
      message = coalesce(complete_sync_operation.message, o.message),
      estimated_completion = NULL
  WHERE t.id = o.id;
END
$function$
;

CREATE OR REPLACE FUNCTION public.complete_sync_operation(operation_id uuid, status text DEFAULT 'completed'::text, error_details jsonb DEFAULT NULL::jsonb, message text DEFAULT NULL::text, attempt integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE sql
AS $function$ SELECT "public".complete_sync_operation(operation_id::text, status, error_details, message, attempt) $function$
;

CREATE OR REPLACE FUNCTION public.create_sync_operation(operation_type text, total_items numeric DEFAULT NULL::numeric, triggered_by text DEFAULT NULL::text, source text DEFAULT 'api'::text, operation_key text DEFAULT NULL::text, message text DEFAULT NULL::text, operation_data jsonb DEFAULT '{}'::jsonb, store_id uuid DEFAULT NULL::uuid, total_bytes numeric DEFAULT NULL::numeric, retry_of uuid DEFAULT NULL::uuid)
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_variable
DECLARE
  new_id uuid;
  violated text;
BEGIN
  IF operation_type IS NULL OR operation_type NOT IN ('upload', 'delete', 'update', 'full_sync', 'webhook') THEN
    RAISE EXCEPTION 'operation_type is upload, delete, update, full_sync or webhook, not "%".', left(operation_type, 64)
      USING ERRCODE = 'SW005';
  END IF;
  IF source IS NOT NULL AND source NOT IN ('manual', 'webhook', 'api', 'scheduled') THEN
    RAISE EXCEPTION 'source is manual, webhook, api or scheduled, not "%".', left(source, 64) USING ERRCODE = 'SW005';
  END IF;
  IF length(operation_key) NOT BETWEEN 1 AND 255 THEN
    RAISE EXCEPTION 'operation_key has 1 to 255 characters, not %.', length(operation_key) USING ERRCODE = 'SW005';
  END IF;
  IF NOT ("public".sync_is_count(total_items) AND "public".sync_is_count(total_bytes)) THEN
    RAISE EXCEPTION 'total_items and total_bytes are whole numbers from 0 to 2^53 - 1.' USING ERRCODE = 'SW005';
  END IF;
  INSERT INTO "public".sync_operations AS o
    (operation_type, total_items, triggered_by, source, operation_key, message, operation_data, store_id, total_bytes,
     retry_of, progress)
  VALUES
    (operation_type, total_items, triggered_by, coalesce(source, 'api'), operation_key, message,
     coalesce(operation_data, '{}'), store_id, total_bytes, retry_of,
     -- Nothing of a known total is done: 0. Of an unknown one no percent is known.
     CASE WHEN total_items > 0 OR total_bytes > 0 THEN 0 END)
  RETURNING o.id INTO new_id;
  RETURN new_id;
EXCEPTION WHEN unique_violation THEN
  GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
  IF violated <> 'sync_operations_operation_key_key' THEN
    RAISE;
  END IF;
  RAISE EXCEPTION 'Another operation already uses the operation_key "%".', operation_key USING ERRCODE = 'SW003';
END
$function$
;

CREATE OR REPLACE FUNCTION public.create_sync_snapshot(type text DEFAULT 'manual'::text)
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
DECLARE
  metrics jsonb := "public".sync_metrics();
  error_rate double precision := (metrics ->> 'errorRate')::double precision;
  report jsonb := (SELECT h.report FROM "public".sync_health h WHERE h.report <> '{}');
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
  INSERT INTO "public".sync_status_snapshots (snapshot_type, health, metrics, active_operations, connected_clients)
  VALUES (
    type, report, metrics,
    (SELECT count(*) FROM "public".sync_operations WHERE status IN ('pending', 'in_progress')),
    (SELECT count(*) FROM "public".connection_status WHERE status = 'connected'))
  RETURNING id INTO new_id;
  RETURN new_id;
END
$function$
;

CREATE OR REPLACE FUNCTION public.start_sync_operation(id text, attempt integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
  o "public".sync_operations := "public".sync_lock_operation(start_sync_operation.id, start_sync_operation.attempt);
BEGIN
  PERFORM "public".sync_refuse_ended(o, 'start');
  IF o.status <> 'pending' THEN
    RAISE EXCEPTION 'The operation has started already.' USING ERRCODE = 'SW002';
  END IF;
  UPDATE "public".sync_operations SET status = 'in_progress' WHERE id = o.id;
END
$function$
;

CREATE OR REPLACE FUNCTION public.start_sync_operation(operation_id uuid, attempt integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE sql
AS $function$ SELECT "public".start_sync_operation(operation_id::text, attempt) $function$
;

CREATE OR REPLACE FUNCTION public.sync_check_epoch()
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
DECLARE
  known "public".sync_epoch;
  present "public".sync_epoch;
BEGIN
  INSERT INTO "public".sync_epoch DEFAULT VALUES ON CONFLICT DO NOTHING;
  SELECT * INTO known FROM "public".sync_epoch FOR UPDATE;
  present := known;
  BEGIN
    SELECT s.system_identifier::text, c.timeline_id INTO present.system_identifier, present.timeline
    FROM pg_control_system() s, pg_control_checkpoint() c;
  EXCEPTION WHEN insufficient_privilege THEN
    -- Some hosts forbid it; what follows still tells a restored dump.
    present := known;
  END;
  SELECT d.oid INTO present.database_oid FROM pg_database d WHERE d.datname = current_database();
  present.table_oid := '"public".sync_operations'::regclass;
  IF present IS NOT DISTINCT FROM known AND NOT "public".sync_holds_future() THEN
    RETURN known.epoch;
  END IF;

  -- Rows of transactions that are still to come here would count as changed until those have passed. The row triggers put
  -- the present one in. Nothing is remembered of removals: every cursor gets the whole view.
  UPDATE "public".sync_operations SET rev = rev
  WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot()) OR ended_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE "public".sync_operation_items SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE "public".sync_operation_events SET changed_xid = pg_current_xact_id()
  WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE "public".connection_status SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE "public".sync_health SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  DELETE FROM "public".sync_removals;
  DELETE FROM "public".sync_topic_floors;
  IF to_regprocedure('syncwatch.renew_changes()') IS NOT NULL THEN
    EXECUTE 'SELECT syncwatch.renew_changes()';
  END IF;
  UPDATE "public".sync_epoch
  SET epoch = gen_random_uuid(), system_identifier = present.system_identifier, timeline = present.timeline,
      database_oid = present.database_oid, table_oid = present.table_oid, renewed_at = now()
  RETURNING epoch INTO present.epoch;
  RETURN present.epoch;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_complete_row()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.rev <= OLD.rev THEN
      NEW.rev := OLD.rev + 1;
    END IF;
    NEW.updated_at := now();
  END IF;
  NEW.changed_xid := pg_current_xact_id();
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_hint()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_notify('sync_status', '');
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_holds_future()
 RETURNS boolean
 LANGUAGE sql
AS $function$
  SELECT EXISTS (
    SELECT FROM (
      SELECT changed_xid FROM "public".sync_operations WHERE status IN ('pending', 'in_progress')
      UNION ALL (SELECT ended_xid FROM "public".sync_operations
                 WHERE ended_xid IS NOT NULL ORDER BY ended_xid DESC LIMIT 1)
      UNION ALL SELECT changed_xid FROM "public".connection_status
      UNION ALL SELECT changed_xid FROM "public".sync_health
    ) t WHERE t.changed_xid >= pg_snapshot_xmax(pg_current_snapshot()))
$function$
;

CREATE OR REPLACE FUNCTION public.sync_is_count(value numeric)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT value IS NULL OR (value BETWEEN 0 AND 9007199254740991 AND value = trunc(value)) $function$
;

CREATE OR REPLACE FUNCTION public.sync_lock_operation(id text, attempt integer)
 RETURNS public.sync_operations
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
  o "public".sync_operations;
BEGIN
  IF sync_lock_operation.id ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
    SELECT * INTO o FROM "public".sync_operations WHERE id = sync_lock_operation.id::uuid FOR NO KEY UPDATE;
  END IF;
  IF o.id IS NULL THEN
    SELECT * INTO o FROM "public".sync_operations WHERE operation_key = sync_lock_operation.id FOR NO KEY UPDATE;
  END IF;
  IF o.id IS NULL THEN
    RAISE EXCEPTION 'No operation has the id or key "%".', left(coalesce(sync_lock_operation.id, ''), 64)
      USING ERRCODE = 'SW001';
  END IF;
  IF sync_lock_operation.attempt < o.attempt THEN
    RAISE EXCEPTION 'Operation % is at attempt %; a writer of attempt % has lost it.',
      o.id, o.attempt, sync_lock_operation.attempt USING ERRCODE = 'SW004';
  END IF;
  RETURN o;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_metrics("window" interval DEFAULT '24:00:00'::interval)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  WITH ended AS (
    SELECT status, extract(epoch FROM end_time - start_time) * 1000 AS duration, start_time, end_time
    FROM "public".sync_operations WHERE end_time >= now() - "window"
  ), steps AS (
    SELECT sum(step) OVER (ORDER BY at, step DESC) AS running
    FROM (
      SELECT start_time AS at, 1 AS step FROM ended WHERE start_time IS NOT NULL
      UNION ALL SELECT end_time, -1 FROM ended WHERE start_time IS NOT NULL
      UNION ALL SELECT start_time, 1 FROM "public".sync_operations WHERE status = 'in_progress'
    ) t
  )
  SELECT jsonb_build_object(
    'totalOperations', count(*),
    'successRate', coalesce(avg((status = 'completed')::int) FILTER (WHERE status <> 'cancelled'), 1)::float8,
    'errorRate', coalesce(avg((status = 'failed')::int) FILTER (WHERE status <> 'cancelled'), 0)::float8,
    'avgDuration', coalesce(avg(duration), 0)::float8,
    'peakConcurrency', coalesce((SELECT max(running) FROM steps), 0))
  FROM ended
$function$
;

CREATE OR REPLACE FUNCTION public.sync_operation_json(o public.sync_operations)
 RETURNS jsonb
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  SELECT to_jsonb(o) - 'changed_xid' - 'ended_xid' || (
    SELECT jsonb_object_agg(t.name, to_char(t.value AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    FROM (VALUES
      ('start_time', o.start_time), ('end_time', o.end_time), ('estimated_completion', o.estimated_completion),
      ('cancel_requested_at', o.cancel_requested_at), ('lease_until', o.lease_until),
      ('created_at', o.created_at), ('updated_at', o.updated_at)
    ) AS t (name, value))
$function$
;

CREATE OR REPLACE FUNCTION public.sync_operations_complete_row()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.status IN ('completed', 'failed', 'cancelled') AND NEW.status <> OLD.status THEN
      RAISE EXCEPTION 'Operation % is %, which is final: start a new one with retry_of.', OLD.id, OLD.status
        USING ERRCODE = 'SW002';
    END IF;
    IF NEW.rev <= OLD.rev THEN
      NEW.rev := OLD.rev + 1;
    END IF;
    NEW.updated_at := now();
  END IF;
  NEW.changed_xid := pg_current_xact_id();
  -- What failed or was cancelled while pending never started.
  IF NEW.status IN ('in_progress', 'completed') THEN
    NEW.start_time := coalesce(NEW.start_time, now());
  END IF;
  IF NEW.status IN ('completed', 'failed', 'cancelled') THEN
    NEW.ended_xid := pg_current_xact_id();
    NEW.end_time := coalesce(NEW.end_time, now());
  ELSE
    NEW.ended_xid := NULL;
  END IF;
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_operations_record_created()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO "public".sync_operation_events (operation_id, kind, status, message, attempt)
  SELECT id, 'created', status, message, attempt FROM created ORDER BY id;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_operations_record_step()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  is_end boolean := NEW.status IN ('completed', 'failed', 'cancelled');
  step record;
BEGIN
  FOR step IN
    SELECT s.kind, s.status, s.message, s.data
    FROM (VALUES
      (CASE WHEN is_end THEN 4 ELSE 1 END, NEW.status <> OLD.status, 'transition', NEW.status, NEW.message,
       jsonb_strip_nulls(jsonb_build_object('from', OLD.status, 'error', NEW.error_details))),
      (2, NEW.phase IS DISTINCT FROM OLD.phase AND NEW.phase IS NOT NULL, 'phase', NEW.phase, NEW.message, '{}'),
      (3, OLD.cancel_requested_at IS NULL AND NEW.cancel_requested_at IS NOT NULL, 'cancel_requested', NULL, NULL, '{}')
    ) AS s (place, happened, kind, status, message, data)
    WHERE s.happened
    ORDER BY s.place
  LOOP
    INSERT INTO "public".sync_operation_events (operation_id, kind, status, message, data, attempt)
    VALUES (NEW.id, step.kind, step.status, step.message, step.data, NEW.attempt);
  END LOOP;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_percent_of_counts(processed_items numeric, total_items numeric, processed_bytes numeric, total_bytes numeric)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT CASE
    WHEN total_items > 0 THEN least(99, div(100 * processed_items, total_items))
    WHEN total_bytes > 0 THEN least(99, div(100 * processed_bytes, total_bytes))
  END::double precision
$function$
;

CREATE OR REPLACE FUNCTION public.sync_raise_floor()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO "public".sync_topic_floors (topic, floor)
  VALUES (TG_ARGV[0], (pg_current_xact_id()::text::numeric + 1)::text::xid8)
  ON CONFLICT (topic) DO UPDATE SET floor = excluded.floor;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_record_removals()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO "public".sync_removals (topic, id) SELECT TG_ARGV[0], id::text FROM removed;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_refuse_ended(operation public.sync_operations, wish text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF operation.status IN ('completed', 'failed', 'cancelled') THEN
    RAISE EXCEPTION 'The operation is %, and that is final: it cannot %. Retry it as a new operation instead.',
      operation.status, wish USING ERRCODE = 'SW002';
  END IF;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_status_changes(cursor text DEFAULT NULL::text, epoch text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
#variable_conflict use_column
DECLARE
  known_epoch text := (SELECT e.epoch::text FROM "public".sync_epoch e);
  since xid8;
  answer jsonb;
BEGIN
  IF sync_status_changes.cursor !~ '^[0-9]{1,19}$' THEN
    RAISE EXCEPTION 'A cursor is what the last call returned, not "%".', left(sync_status_changes.cursor, 64)
      USING ERRCODE = 'SW007';
  END IF;
  since := sync_status_changes.cursor::xid8;
  IF since > pg_snapshot_xmax(pg_current_snapshot())
     OR since < (SELECT floor FROM "public".sync_topic_floors WHERE topic = 'operations')
     OR sync_status_changes.epoch <> known_epoch THEN
    since := NULL;
  END IF;

  IF since IS NOT NULL THEN
    WITH changed AS (
      SELECT o FROM "public".sync_operations o
      WHERE o.status IN ('pending', 'in_progress') AND o.changed_xid >= since
      UNION ALL
      SELECT o FROM "public".sync_operations o WHERE o.ended_xid >= since
      LIMIT 10001
    )
    SELECT jsonb_build_object(
      'epoch', known_epoch,
      'cursor', pg_snapshot_xmin(pg_current_snapshot())::text,
      'reset', false,
      'rows', coalesce((SELECT jsonb_agg("public".sync_operation_json(o) ORDER BY (o).created_at, (o).id) FROM changed), '[]'),
      'removed', coalesce((SELECT jsonb_agg(DISTINCT r.id) FROM "public".sync_removals r
                           WHERE r.topic = 'operations' AND r.changed_xid >= since), '[]'))
    INTO answer
    WHERE (SELECT count(*) FROM changed) <= 10000;
    IF answer IS NOT NULL THEN
      RETURN answer;
    END IF;
  END IF;

  WITH view AS (
    SELECT o FROM "public".sync_operations o WHERE o.status IN ('pending', 'in_progress')
    UNION ALL
    (SELECT o FROM "public".sync_operations o WHERE o.end_time IS NOT NULL ORDER BY o.end_time DESC LIMIT 200)
  )
  SELECT jsonb_build_object(
    'epoch', known_epoch,
    'cursor', pg_snapshot_xmin(pg_current_snapshot())::text,
    'reset', true,
    'rows', coalesce(jsonb_agg("public".sync_operation_json(o) ORDER BY (o).created_at, (o).id), '[]'),
    'removed', '[]'::jsonb)
  INTO answer FROM view;
  RETURN answer;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_uuid7()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL SAFE
AS $function$
  SELECT encode(
    overlay(
      uuid_send(gen_random_uuid())
      PLACING substring(int8send(t.microseconds / 1000) FROM 3)
           || int2send((28672 + (t.microseconds % 1000) * 4096 / 1000)::int2)
      FROM 1 FOR 8),
    'hex')::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS microseconds) t
$function$
;

CREATE OR REPLACE FUNCTION public.sync_webhook_asset_trashed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF "public".sync_webhook_wanted('asset.trashed') THEN
    PERFORM "public".sync_webhook_publish('asset.trashed', jsonb_build_object(
      'asset_id', NEW.id, 'key', NEW.key, 'sha256', NEW.sha256, 'size', NEW.size, 'mime_type', left(NEW.mime_type, 255),
      'trashed_at', "public".sync_webhook_time(NEW.trashed_at), 'trashed_by', left(NEW.trashed_by, 255),
      'trash_reason', left(NEW.trash_reason, 500)));
  END IF;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_webhook_conflict_created()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF "public".sync_webhook_wanted('conflict.created') THEN
    PERFORM "public".sync_webhook_publish('conflict.created', jsonb_build_object(
      'conflict_id', NEW.id, 'store_id', NEW.store_id, 'asset_id', NEW.asset_id, 'operation_id', NEW.operation_id,
      'key', NEW.key, 'rule', NEW.rule, 'outcome', NEW.outcome));
  END IF;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_webhook_health_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF "public".sync_webhook_wanted('health.changed') THEN
    PERFORM "public".sync_webhook_publish('health.changed', jsonb_build_object(
      'status', NEW.report -> 'status',
      -- There is none where this is the first report.
      'previous_status', CASE WHEN TG_OP = 'UPDATE' THEN OLD.report -> 'status' END,
      'performance_score', NEW.report -> 'performance_score',
      'error_rate', NEW.report -> 'error_rate',
      'trend', NEW.report -> 'trend',
      'since', NEW.report -> 'since',
      'reasons', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'code', r.value -> 'code', 'severity', r.value -> 'severity', 'message', left(r.value ->> 'message', 500),
          'value', r.value -> 'value', 'threshold', r.value -> 'threshold', 'since', r.value -> 'since',
          'action', left(r.value ->> 'action', 500)) ORDER BY r.ordinality), '[]')
        FROM jsonb_array_elements(NEW.report -> 'reasons') WITH ORDINALITY r
        WHERE r.value ->> 'severity' <> 'healthy')));
  END IF;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_webhook_operation_ended()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  type text := 'operation.' || NEW.status;
BEGIN
  IF "public".sync_webhook_wanted(type) THEN
    PERFORM "public".sync_webhook_publish(type, jsonb_build_object(
      'operation_id', o.id,
      'operation_key', o.operation_key,
      'operation_type', o.operation_type,
      'status', o.status,
      'store_id', o.store_id,
      'source', o.source,
      'triggered_by', left(o.triggered_by, 255),
      'retry_of', o.retry_of,
      'attempt', o.attempt,
      'total_items', o.total_items,
      'processed_items', o.processed_items,
      'failed_items', o.failed_items,
      'processed_bytes', o.processed_bytes,
      'start_time', "public".sync_webhook_time(o.start_time),
      'end_time', "public".sync_webhook_time(o.end_time),
      'message', left(o.message, 500),
      'error', CASE WHEN o.error_details IS NOT NULL THEN jsonb_build_object(
        'code', left(o.error_details ->> 'code', 100), 'message', left(o.error_details ->> 'message', 500)) END))
    FROM "public".sync_operations o WHERE o.id = NEW.operation_id;
  END IF;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_webhook_plan_held()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF "public".sync_webhook_wanted('plan.held') THEN
    PERFORM "public".sync_webhook_publish('plan.held', jsonb_build_object(
      'plan_id', NEW.id, 'store_id', NEW.store_id, 'operation_id', NEW.operation_id,
      'rows', NEW.counts -> 'rows',
      'gates', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'gate', g.value -> 'gate', 'guards', left(g.value ->> 'guards', 200), 'message', left(g.value ->> 'message', 500))
          ORDER BY g.ordinality), '[]')
        FROM jsonb_array_elements(NEW.gates) WITH ORDINALITY g),
      'expires_at', "public".sync_webhook_time(NEW.expires_at)));
  END IF;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_webhook_publish(type text, data jsonb, only_to uuid DEFAULT NULL::uuid)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
DECLARE
  message text := 'msg_' || replace(gen_random_uuid()::text, '-', '');
  at text := "public".sync_webhook_time(clock_timestamp());
  body text := json_build_object('type', type, 'timestamp', at, 'data', data)::text;
BEGIN
  IF octet_length(body) >= 20000 THEN
    body := json_build_object('type', type, 'timestamp', at, 'data', (
      SELECT jsonb_object_agg(d.key, d.value) || '{"truncated": true}'
      FROM jsonb_each(data) d WHERE d.key LIKE '%\_id' OR d.key = 'status'))::text;
  END IF;
  INSERT INTO "public".sync_webhook_deliveries (message_id, endpoint_id, event_type, payload)
  SELECT message, e.id, type, body FROM "public".sync_webhook_endpoints e
  WHERE CASE WHEN only_to IS NULL THEN e.enabled AND type = ANY (e.events) ELSE e.id = only_to END;
  RETURN message;
END
$function$
;

CREATE OR REPLACE FUNCTION public.sync_webhook_time(at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $function$
;

CREATE OR REPLACE FUNCTION public.sync_webhook_wanted(type text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$ SELECT EXISTS (SELECT FROM "public".sync_webhook_endpoints e WHERE e.enabled AND type = ANY (e.events)) $function$
;

CREATE OR REPLACE FUNCTION public.update_sync_progress(id text, progress double precision DEFAULT NULL::double precision, processed numeric DEFAULT NULL::numeric, failed numeric DEFAULT NULL::numeric, message text DEFAULT NULL::text, phase text DEFAULT NULL::text, total numeric DEFAULT NULL::numeric, processed_bytes numeric DEFAULT NULL::numeric, total_bytes numeric DEFAULT NULL::numeric, attempt integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_variable
DECLARE
  o "public".sync_operations;
  percent double precision := progress;
BEGIN
  -- NaN is greater than every other number in Postgres, so this refuses it too.
  IF progress NOT BETWEEN 0 AND 100 THEN
    RAISE EXCEPTION 'progress is a percent from 0 to 100, not %.', progress USING ERRCODE = 'SW006';
  END IF;
  IF NOT ("public".sync_is_count(processed) AND "public".sync_is_count(failed) AND "public".sync_is_count(total)
          AND "public".sync_is_count(processed_bytes) AND "public".sync_is_count(total_bytes)) THEN
    RAISE EXCEPTION 'Counts are whole numbers from 0 to 2^53 - 1.' USING ERRCODE = 'SW006';
  END IF;
  o := "public".sync_lock_operation(id, attempt);
  PERFORM "public".sync_refuse_ended(o, 'make progress');

  o.processed_items := greatest(o.processed_items, processed);
  o.failed_items := greatest(o.failed_items, failed);
  o.total_items := coalesce(total, o.total_items);
  IF greatest(o.processed_items, o.failed_items) > o.total_items THEN
    RAISE EXCEPTION '% items processed and % failed are more than total_items (%). Raise the total in the same call.',
      o.processed_items, o.failed_items, o.total_items USING ERRCODE = 'SW006';
  END IF;
  o.processed_bytes := greatest(o.processed_bytes, processed_bytes);
  -- An estimate, since a file can grow while it is read: it rises with what was processed.
  o.total_bytes := coalesce(total_bytes, o.total_bytes);
  IF o.total_bytes < o.processed_bytes THEN
    o.total_bytes := o.processed_bytes;
  END IF;
  IF percent IS NULL AND num_nonnulls(processed, total, processed_bytes, total_bytes) > 0 THEN
    percent := "public".sync_percent_of_counts(o.processed_items, o.total_items, o.processed_bytes, o.total_bytes);
  END IF;
  IF percent IS NOT NULL THEN
    o.progress := greatest(coalesce(o.progress, 0), least(99, floor(percent)));
  END IF;

  UPDATE "public".sync_operations AS t
  SET status = 'in_progress',
      progress = o.progress,
      total_items = o.total_items,
      processed_items = o.processed_items,
      failed_items = o.failed_items,
      total_bytes = o.total_bytes,
      processed_bytes = o.processed_bytes,
      phase = CASE WHEN progress = 100 THEN 'finishing' ELSE coalesce(phase, o.phase) END,
      message = coalesce(message, o.message)
  WHERE t.id = o.id;
END
$function$
;

CREATE OR REPLACE FUNCTION public.update_sync_progress(operation_id uuid, progress double precision DEFAULT NULL::double precision, processed numeric DEFAULT NULL::numeric, failed numeric DEFAULT NULL::numeric, message text DEFAULT NULL::text, phase text DEFAULT NULL::text, total numeric DEFAULT NULL::numeric, processed_bytes numeric DEFAULT NULL::numeric, total_bytes numeric DEFAULT NULL::numeric, attempt integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE sql
AS $function$
  SELECT "public".update_sync_progress(
    operation_id::text, progress, processed, failed, message, phase, total, processed_bytes, total_bytes, attempt)
$function$
;

CREATE TABLE public.connection_status (
  id uuid DEFAULT public.sync_uuid7() NOT NULL,
  rev bigint DEFAULT 1 NOT NULL,
  client_id text NOT NULL,
  status text NOT NULL,
  last_ping timestamp with time zone,
  latency_ms double precision,
  reconnect_attempts integer DEFAULT 0 NOT NULL,
  user_agent text,
  ip_address text,
  node_id text,
  metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  connected_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
) WITH (fillfactor=50);

ALTER TABLE public.connection_status ADD CONSTRAINT connection_status_client_id_check CHECK (((length(client_id) >= 1) AND (length(client_id) <= 255)));

ALTER TABLE public.connection_status ADD CONSTRAINT connection_status_client_id_key UNIQUE (client_id);

ALTER TABLE public.connection_status ADD CONSTRAINT connection_status_latency_ms_check CHECK ((latency_ms >= (0)::double precision));

ALTER TABLE public.connection_status ADD CONSTRAINT connection_status_pkey PRIMARY KEY (id);

ALTER TABLE public.connection_status ADD CONSTRAINT connection_status_reconnect_attempts_check CHECK ((reconnect_attempts >= 0));

ALTER TABLE public.connection_status ADD CONSTRAINT connection_status_status_check CHECK ((status = ANY (ARRAY['connected'::text, 'disconnected'::text, 'reconnecting'::text, 'error'::text])));

CREATE INDEX connection_status_open ON public.connection_status USING btree (node_id) WHERE (status <> 'disconnected'::text);

CREATE TRIGGER connection_status_hint AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.connection_status FOR EACH STATEMENT EXECUTE FUNCTION public.sync_hint();

CREATE TRIGGER connection_status_raise_floor AFTER TRUNCATE ON public.connection_status FOR EACH STATEMENT EXECUTE FUNCTION public.sync_raise_floor('connections');

CREATE TRIGGER connection_status_record_removals AFTER DELETE ON public.connection_status REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.sync_record_removals('connections');

CREATE TRIGGER connection_status_update_row BEFORE UPDATE ON public.connection_status FOR EACH ROW WHEN (((new.rev <= old.rev) OR (new.changed_xid <> pg_current_xact_id()))) EXECUTE FUNCTION public.sync_complete_row();

CREATE TABLE public.sync_epoch (
  only_row boolean DEFAULT true NOT NULL,
  epoch uuid DEFAULT gen_random_uuid() NOT NULL,
  system_identifier text,
  timeline bigint,
  database_oid oid,
  table_oid oid,
  renewed_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_epoch ADD CONSTRAINT sync_epoch_only_row_check CHECK (only_row);

ALTER TABLE public.sync_epoch ADD CONSTRAINT sync_epoch_pkey PRIMARY KEY (only_row);

CREATE TABLE public.sync_health (
  id text DEFAULT 'system'::text NOT NULL,
  rev bigint DEFAULT 1 NOT NULL,
  report jsonb DEFAULT '{}'::jsonb NOT NULL,
  memory jsonb DEFAULT '{}'::jsonb NOT NULL,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_health ADD CONSTRAINT sync_health_id_check CHECK ((id = 'system'::text));

ALTER TABLE public.sync_health ADD CONSTRAINT sync_health_pkey PRIMARY KEY (id);

CREATE TRIGGER sync_health_hint AFTER INSERT OR UPDATE ON public.sync_health FOR EACH STATEMENT EXECUTE FUNCTION public.sync_hint();

CREATE TRIGGER sync_health_update_row BEFORE UPDATE ON public.sync_health FOR EACH ROW WHEN (((new.rev <= old.rev) OR (new.changed_xid <> pg_current_xact_id()))) EXECUTE FUNCTION public.sync_complete_row();

CREATE TRIGGER sync_webhook_health_inserted AFTER INSERT ON public.sync_health FOR EACH ROW WHEN (((new.report ->> 'status'::text) <> 'healthy'::text)) EXECUTE FUNCTION public.sync_webhook_health_changed();

CREATE TRIGGER sync_webhook_health_updated AFTER UPDATE ON public.sync_health FOR EACH ROW WHEN (((new.report ->> 'status'::text) IS DISTINCT FROM (old.report ->> 'status'::text))) EXECUTE FUNCTION public.sync_webhook_health_changed();

CREATE TABLE public.sync_health_acknowledgements (
  id uuid DEFAULT public.sync_uuid7() NOT NULL,
  code text NOT NULL,
  severity text DEFAULT 'critical'::text NOT NULL,
  acknowledged_by text NOT NULL,
  note text DEFAULT ''::text NOT NULL,
  until timestamp with time zone NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_health_acknowledgements ADD CONSTRAINT sync_health_acknowledgements_pkey PRIMARY KEY (id);

ALTER TABLE public.sync_health_acknowledgements ADD CONSTRAINT sync_health_acknowledgements_severity_check CHECK ((severity = ANY (ARRAY['healthy'::text, 'warning'::text, 'critical'::text])));

CREATE INDEX sync_health_acknowledgements_until ON public.sync_health_acknowledgements USING btree (until);

CREATE TABLE public.sync_idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  response_status integer,
  response_headers jsonb,
  response_body jsonb,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

ALTER TABLE public.sync_idempotency_keys ADD CONSTRAINT sync_idempotency_keys_pkey PRIMARY KEY (scope, key);

CREATE INDEX sync_idempotency_keys_expires ON public.sync_idempotency_keys USING btree (expires_at);

CREATE TABLE public.sync_migrations (
  number integer NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_migrations ADD CONSTRAINT sync_migrations_pkey PRIMARY KEY (number);

CREATE TABLE public.sync_nodes (
  node_id text NOT NULL,
  started_at timestamp with time zone DEFAULT now() NOT NULL,
  heartbeat_at timestamp with time zone DEFAULT now() NOT NULL,
  metadata jsonb DEFAULT '{}'::jsonb NOT NULL
) WITH (fillfactor=50);

ALTER TABLE public.sync_nodes ADD CONSTRAINT sync_nodes_pkey PRIMARY KEY (node_id);

CREATE TABLE public.sync_operation_events (
  id uuid DEFAULT public.sync_uuid7() NOT NULL,
  rev bigint DEFAULT 1 NOT NULL,
  operation_id uuid NOT NULL,
  kind text NOT NULL,
  status text,
  message text,
  data jsonb DEFAULT '{}'::jsonb NOT NULL,
  attempt integer DEFAULT 0 NOT NULL,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_operation_events ADD CONSTRAINT sync_operation_events_kind_check CHECK ((kind = ANY (ARRAY['created'::text, 'transition'::text, 'phase'::text, 'warning'::text, 'error'::text, 'message'::text, 'lease'::text, 'cancel_requested'::text])));

ALTER TABLE public.sync_operation_events ADD CONSTRAINT sync_operation_events_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES public.sync_operations(id) ON DELETE CASCADE;

ALTER TABLE public.sync_operation_events ADD CONSTRAINT sync_operation_events_pkey PRIMARY KEY (id);

CREATE INDEX sync_operation_events_changed ON public.sync_operation_events USING btree (operation_id, changed_xid);

CREATE INDEX sync_operation_events_timeline ON public.sync_operation_events USING btree (operation_id, id);

CREATE TRIGGER sync_operation_events_hint AFTER INSERT ON public.sync_operation_events FOR EACH STATEMENT EXECUTE FUNCTION public.sync_hint();

CREATE TRIGGER sync_webhook_operation_ended AFTER INSERT ON public.sync_operation_events FOR EACH ROW WHEN (((new.kind = ANY (ARRAY['transition'::text, 'created'::text])) AND (new.status = ANY (ARRAY['completed'::text, 'failed'::text])))) EXECUTE FUNCTION public.sync_webhook_operation_ended();

CREATE TABLE public.sync_operation_items (
  id uuid GENERATED ALWAYS AS ((md5((((operation_id)::text || ':'::text) || item_key)))::uuid) STORED NOT NULL,
  rev bigint DEFAULT 1 NOT NULL,
  operation_id uuid NOT NULL,
  item_key text NOT NULL,
  action text NOT NULL,
  state text NOT NULL,
  bytes bigint,
  error_code text,
  error_message text,
  duration_ms double precision,
  attempt integer DEFAULT 0 NOT NULL,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_operation_items ADD CONSTRAINT sync_operation_items_action_check CHECK ((action = ANY (ARRAY['import'::text, 'update'::text, 'delete'::text, 'rename'::text, 'metadata'::text, 'verify'::text, 'skip'::text, 'other'::text])));

ALTER TABLE public.sync_operation_items ADD CONSTRAINT sync_operation_items_bytes_check CHECK ((bytes >= 0));

ALTER TABLE public.sync_operation_items ADD CONSTRAINT sync_operation_items_duration_ms_check CHECK ((duration_ms >= (0)::double precision));

ALTER TABLE public.sync_operation_items ADD CONSTRAINT sync_operation_items_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES public.sync_operations(id) ON DELETE CASCADE;

ALTER TABLE public.sync_operation_items ADD CONSTRAINT sync_operation_items_pkey PRIMARY KEY (id);

ALTER TABLE public.sync_operation_items ADD CONSTRAINT sync_operation_items_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'in_progress'::text, 'done'::text, 'failed'::text, 'skipped'::text])));

CREATE INDEX sync_operation_items_changed ON public.sync_operation_items USING btree (operation_id, changed_xid);

CREATE INDEX sync_operation_items_created ON public.sync_operation_items USING btree (operation_id, created_at, id);

CREATE INDEX sync_operation_items_failed ON public.sync_operation_items USING btree (operation_id, created_at, id) WHERE (state = 'failed'::text);

CREATE TRIGGER sync_operation_items_hint AFTER INSERT OR UPDATE ON public.sync_operation_items FOR EACH STATEMENT EXECUTE FUNCTION public.sync_hint();

CREATE TRIGGER sync_operation_items_update_row BEFORE UPDATE ON public.sync_operation_items FOR EACH ROW WHEN (((new.rev <= old.rev) OR (new.changed_xid <> pg_current_xact_id()))) EXECUTE FUNCTION public.sync_complete_row();

CREATE TABLE public.sync_operations (
  id uuid DEFAULT public.sync_uuid7() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  rev bigint DEFAULT 1 NOT NULL,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  processed_items bigint DEFAULT 0 NOT NULL,
  failed_items bigint DEFAULT 0 NOT NULL,
  processed_bytes bigint DEFAULT 0 NOT NULL,
  attempt integer DEFAULT 0 NOT NULL,
  status text DEFAULT 'pending'::text NOT NULL,
  progress double precision,
  total_items bigint,
  total_bytes bigint,
  start_time timestamp with time zone,
  estimated_completion timestamp with time zone,
  phase text,
  message text,
  performance_metrics jsonb DEFAULT '{}'::jsonb NOT NULL,
  end_time timestamp with time zone,
  ended_xid xid8,
  cancel_requested_at timestamp with time zone,
  lease_until timestamp with time zone,
  lease_owner text,
  error_details jsonb,
  operation_type text NOT NULL,
  source text DEFAULT 'api'::text NOT NULL,
  triggered_by text,
  store_id uuid,
  retry_of uuid,
  operation_key text,
  operation_data jsonb DEFAULT '{}'::jsonb NOT NULL
) WITH (fillfactor=50, autovacuum_vacuum_scale_factor=0.02);

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_attempt_check CHECK ((attempt >= 0));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_check CHECK (((progress >= (0)::double precision) AND ((progress < (100)::double precision) OR ((progress = (100)::double precision) AND (status = 'completed'::text)))));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_ended CHECK (((status = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])) = (ended_xid IS NOT NULL)));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_failed_items_check CHECK ((failed_items >= 0));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_operation_key_check CHECK (((length(operation_key) >= 1) AND (length(operation_key) <= 255)));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_operation_key_key UNIQUE (operation_key);

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_operation_type_check CHECK ((operation_type = ANY (ARRAY['upload'::text, 'delete'::text, 'update'::text, 'full_sync'::text, 'webhook'::text])));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_pkey PRIMARY KEY (id);

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_processed_bytes_check CHECK ((processed_bytes >= 0));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_processed_items_check CHECK ((processed_items >= 0));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_source_check CHECK ((source = ANY (ARRAY['manual'::text, 'webhook'::text, 'api'::text, 'scheduled'::text])));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'in_progress'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_total_bytes_check CHECK ((total_bytes >= 0));

ALTER TABLE public.sync_operations ADD CONSTRAINT sync_operations_total_items_check CHECK ((total_items >= 0));

CREATE INDEX sync_operations_created ON public.sync_operations USING btree (created_at, id);

CREATE INDEX sync_operations_end_time ON public.sync_operations USING btree (end_time) WHERE (end_time IS NOT NULL);

CREATE INDEX sync_operations_ended_xid ON public.sync_operations USING btree (ended_xid) WHERE (ended_xid IS NOT NULL);

CREATE INDEX sync_operations_open ON public.sync_operations USING btree (id) WHERE (status = ANY (ARRAY['pending'::text, 'in_progress'::text]));

CREATE INDEX sync_operations_status_created ON public.sync_operations USING btree (status, created_at, id);

CREATE INDEX sync_operations_store_created ON public.sync_operations USING btree (store_id, created_at, id) WHERE (store_id IS NOT NULL);

CREATE INDEX sync_operations_type_created ON public.sync_operations USING btree (operation_type, created_at, id);

CREATE TRIGGER sync_operations_hint AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.sync_operations FOR EACH STATEMENT EXECUTE FUNCTION public.sync_hint();

CREATE TRIGGER sync_operations_insert_row BEFORE INSERT ON public.sync_operations FOR EACH ROW WHEN (((new.changed_xid IS DISTINCT FROM pg_current_xact_id()) OR ((new.status = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])) AND (new.ended_xid IS DISTINCT FROM pg_current_xact_id())))) EXECUTE FUNCTION public.sync_operations_complete_row();

CREATE TRIGGER sync_operations_raise_floor AFTER TRUNCATE ON public.sync_operations FOR EACH STATEMENT EXECUTE FUNCTION public.sync_raise_floor('operations');

CREATE TRIGGER sync_operations_record_created AFTER INSERT ON public.sync_operations REFERENCING NEW TABLE AS created FOR EACH STATEMENT EXECUTE FUNCTION public.sync_operations_record_created();

CREATE TRIGGER sync_operations_record_removals AFTER DELETE ON public.sync_operations REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.sync_record_removals('operations');

CREATE TRIGGER sync_operations_record_step AFTER UPDATE ON public.sync_operations FOR EACH ROW WHEN (((new.status <> old.status) OR (new.phase IS DISTINCT FROM old.phase) OR ((old.cancel_requested_at IS NULL) AND (new.cancel_requested_at IS NOT NULL)))) EXECUTE FUNCTION public.sync_operations_record_step();

CREATE TRIGGER sync_operations_update_row BEFORE UPDATE ON public.sync_operations FOR EACH ROW WHEN (((new.rev <= old.rev) OR (new.changed_xid <> pg_current_xact_id()) OR (new.status <> old.status) OR (old.ended_xid IS NOT NULL) OR (new.ended_xid IS NOT NULL))) EXECUTE FUNCTION public.sync_operations_complete_row();

CREATE TABLE public.sync_removals (
  topic text NOT NULL,
  id text NOT NULL,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  removed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE INDEX sync_removals_age ON public.sync_removals USING btree (removed_at);

CREATE INDEX sync_removals_cursor ON public.sync_removals USING btree (topic, changed_xid);

CREATE TABLE public.sync_status_snapshots (
  id uuid DEFAULT public.sync_uuid7() NOT NULL,
  snapshot_type text NOT NULL,
  health jsonb DEFAULT '{}'::jsonb NOT NULL,
  metrics jsonb DEFAULT '{}'::jsonb NOT NULL,
  active_operations integer DEFAULT 0 NOT NULL,
  connected_clients integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_status_snapshots ADD CONSTRAINT sync_status_snapshots_pkey PRIMARY KEY (id);

ALTER TABLE public.sync_status_snapshots ADD CONSTRAINT sync_status_snapshots_snapshot_type_check CHECK ((snapshot_type = ANY (ARRAY['hourly'::text, 'daily'::text, 'manual'::text, 'error'::text])));

CREATE INDEX sync_status_snapshots_created ON public.sync_status_snapshots USING btree (created_at, id);

CREATE INDEX sync_status_snapshots_type_created ON public.sync_status_snapshots USING btree (snapshot_type, created_at, id);

CREATE TABLE public.sync_tickets_used (
  nonce text NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

ALTER TABLE public.sync_tickets_used ADD CONSTRAINT sync_tickets_used_pkey PRIMARY KEY (nonce);

CREATE INDEX sync_tickets_used_expires ON public.sync_tickets_used USING btree (expires_at);

CREATE TABLE public.sync_topic_floors (
  topic text NOT NULL,
  floor xid8 NOT NULL
);

ALTER TABLE public.sync_topic_floors ADD CONSTRAINT sync_topic_floors_pkey PRIMARY KEY (topic);

CREATE TABLE public.sync_webhook_deliveries (
  id uuid DEFAULT public.sync_uuid7() NOT NULL,
  message_id text NOT NULL,
  endpoint_id uuid NOT NULL,
  event_type text NOT NULL,
  payload text NOT NULL,
  state text DEFAULT 'pending'::text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
  lease_token uuid,
  lease_until timestamp with time zone,
  last_attempt_at timestamp with time zone,
  last_status integer,
  last_error text,
  ended_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_webhook_deliveries ADD CONSTRAINT sync_webhook_deliveries_attempts_check CHECK ((attempts >= 0));

ALTER TABLE public.sync_webhook_deliveries ADD CONSTRAINT sync_webhook_deliveries_ended CHECK (((state = 'pending'::text) = (ended_at IS NULL)));

ALTER TABLE public.sync_webhook_deliveries ADD CONSTRAINT sync_webhook_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE public.sync_webhook_deliveries ADD CONSTRAINT sync_webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])));

CREATE INDEX sync_webhook_deliveries_due ON public.sync_webhook_deliveries USING btree (endpoint_id, next_attempt_at) WHERE (state = 'pending'::text);

CREATE INDEX sync_webhook_deliveries_ended ON public.sync_webhook_deliveries USING btree (state, ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX sync_webhook_deliveries_endpoint ON public.sync_webhook_deliveries USING btree (endpoint_id, id);

CREATE TABLE public.sync_webhook_endpoints (
  id uuid DEFAULT public.sync_uuid7() NOT NULL,
  url text NOT NULL,
  description text DEFAULT ''::text NOT NULL,
  events text[] NOT NULL,
  enabled boolean DEFAULT true NOT NULL,
  disabled_reason text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_webhook_endpoints ADD CONSTRAINT sync_webhook_endpoints_pkey PRIMARY KEY (id);

ALTER TABLE public.sync_webhook_endpoints ADD CONSTRAINT sync_webhook_endpoints_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2048)));

CREATE TABLE public.sync_webhook_migrations (
  number integer NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.sync_webhook_migrations ADD CONSTRAINT sync_webhook_migrations_pkey PRIMARY KEY (number);

CREATE TABLE public.sync_webhook_secrets (
  id uuid DEFAULT public.sync_uuid7() NOT NULL,
  endpoint_id uuid NOT NULL,
  secret text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone
);

ALTER TABLE public.sync_webhook_secrets ADD CONSTRAINT sync_webhook_secrets_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.sync_webhook_endpoints(id) ON DELETE CASCADE;

ALTER TABLE public.sync_webhook_secrets ADD CONSTRAINT sync_webhook_secrets_pkey PRIMARY KEY (id);

CREATE INDEX sync_webhook_secrets_endpoint ON public.sync_webhook_secrets USING btree (endpoint_id, created_at);

CREATE OR REPLACE FUNCTION syncwatch.complete_row()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NEW.rev <= OLD.rev THEN
    NEW.rev := OLD.rev + 1;
  END IF;
  NEW.changed_xid := pg_current_xact_id();
  NEW.updated_at := now();
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION syncwatch.hint()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_notify('sync_status', '');
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION syncwatch.purge_removals()
 RETURNS TABLE(topic text, floor xid8)
 LANGUAGE sql
AS $function$
  WITH purged AS (
    DELETE FROM "syncwatch".removals r WHERE r.removed_at < now() - interval '1 hour' RETURNING r.topic, r.changed_xid
  )
  SELECT DISTINCT ON (p.topic) p.topic, (p.changed_xid::text::numeric + 1)::text::xid8
  FROM purged p ORDER BY p.topic, p.changed_xid DESC
$function$
;

CREATE OR REPLACE FUNCTION syncwatch.raise_revision()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.revision := greatest(NEW.revision, OLD.revision + 1);
  IF (NEW.display_name, NEW.description, NEW.alt_text, NEW.tags, NEW.custom)
       IS DISTINCT FROM (OLD.display_name, OLD.description, OLD.alt_text, OLD.tags, OLD.custom)
     AND NEW.metadata_modified_at IS NOT DISTINCT FROM OLD.metadata_modified_at THEN
    NEW.metadata_modified_at := now();
  END IF;
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION syncwatch.record_removals()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO "syncwatch".removals (topic, id) SELECT TG_ARGV[0], id::text FROM removed;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION syncwatch.renew_changes()
 RETURNS void
 LANGUAGE sql
AS $function$
  UPDATE "syncwatch".stores SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE "syncwatch".media_assets SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  DELETE FROM "syncwatch".removals;
$function$
;

CREATE OR REPLACE FUNCTION syncwatch.uuid7()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL SAFE
AS $function$
  SELECT encode(
    overlay(
      uuid_send(gen_random_uuid())
      PLACING substring(int8send(t.microseconds / 1000) FROM 3)
           || int2send((28672 + (t.microseconds % 1000) * 4096 / 1000)::int2)
      FROM 1 FOR 8),
    'hex')::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS microseconds) t
$function$
;

CREATE TABLE syncwatch.absent_keys (
  store_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  first_missing_run uuid NOT NULL,
  first_missing_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.absent_keys ADD CONSTRAINT absent_keys_pkey PRIMARY KEY (store_id, key);

ALTER TABLE syncwatch.absent_keys ADD CONSTRAINT absent_keys_store_id_fkey FOREIGN KEY (store_id) REFERENCES syncwatch.stores(id) ON DELETE CASCADE;

CREATE TABLE syncwatch.held_plan_rows (
  plan_id uuid NOT NULL,
  seq bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  asset_id uuid,
  rule text NOT NULL,
  settlement jsonb NOT NULL,
  base_version text,
  store_version text,
  library_revision bigint,
  size bigint
);

ALTER TABLE syncwatch.held_plan_rows ADD CONSTRAINT held_plan_rows_pkey PRIMARY KEY (plan_id, seq);

ALTER TABLE syncwatch.held_plan_rows ADD CONSTRAINT held_plan_rows_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES syncwatch.held_plans(id) ON DELETE CASCADE;

CREATE TABLE syncwatch.held_plans (
  id uuid DEFAULT syncwatch.uuid7() NOT NULL,
  store_id uuid NOT NULL,
  operation_id uuid,
  state text DEFAULT 'pending'::text NOT NULL,
  gates jsonb NOT NULL,
  counts jsonb DEFAULT '{}'::jsonb NOT NULL,
  fingerprint text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  decided_at timestamp with time zone,
  decided_by text
);

ALTER TABLE syncwatch.held_plans ADD CONSTRAINT held_plans_pkey PRIMARY KEY (id);

ALTER TABLE syncwatch.held_plans ADD CONSTRAINT held_plans_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'dropped'::text, 'expired'::text, 'done'::text])));

ALTER TABLE syncwatch.held_plans ADD CONSTRAINT held_plans_store_id_fkey FOREIGN KEY (store_id) REFERENCES syncwatch.stores(id) ON DELETE CASCADE;

CREATE INDEX held_plans_age ON syncwatch.held_plans USING btree (created_at);

CREATE UNIQUE INDEX held_plans_open ON syncwatch.held_plans USING btree (store_id) WHERE (state = ANY (ARRAY['pending'::text, 'approved'::text]));

CREATE TRIGGER sync_webhook_plan_held AFTER INSERT ON syncwatch.held_plans FOR EACH ROW EXECUTE FUNCTION public.sync_webhook_plan_held();

CREATE TABLE syncwatch.media_asset_versions (
  id uuid DEFAULT syncwatch.uuid7() NOT NULL,
  asset_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  mime_type text,
  metadata jsonb,
  content_modified_at timestamp with time zone,
  reason text NOT NULL,
  operation_id uuid,
  replaced_by text,
  replaced_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_asset_versions ADD CONSTRAINT media_asset_versions_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES syncwatch.media_assets(id) ON DELETE CASCADE;

ALTER TABLE syncwatch.media_asset_versions ADD CONSTRAINT media_asset_versions_pkey PRIMARY KEY (id);

CREATE INDEX media_asset_versions_age ON syncwatch.media_asset_versions USING btree (replaced_at);

CREATE INDEX media_asset_versions_asset ON syncwatch.media_asset_versions USING btree (asset_id, replaced_at);

CREATE INDEX media_asset_versions_sha256 ON syncwatch.media_asset_versions USING btree (sha256);

CREATE TABLE syncwatch.media_assets (
  id uuid DEFAULT syncwatch.uuid7() NOT NULL,
  rev bigint DEFAULT 1 NOT NULL,
  key text COLLATE "C" NOT NULL,
  folder text COLLATE "C" GENERATED ALWAYS AS (
CASE
    WHEN (strpos(key, '/'::text) = 0) THEN ''::text
    ELSE "left"(key, (- strpos(reverse(key), '/'::text)))
END) STORED NOT NULL,
  name text COLLATE "C" GENERATED ALWAYS AS (
CASE
    WHEN (strpos(key, '/'::text) = 0) THEN key
    ELSE "right"(key, (strpos(reverse(key), '/'::text) - 1))
END) STORED NOT NULL,
  sha256 text,
  size bigint NOT NULL,
  mime_type text,
  width integer,
  height integer,
  content_modified_at timestamp with time zone,
  revision bigint DEFAULT 1 NOT NULL,
  display_name text,
  description text,
  alt_text text,
  tags text[] DEFAULT '{}'::text[] NOT NULL,
  custom jsonb DEFAULT '{}'::jsonb NOT NULL,
  metadata_modified_at timestamp with time zone,
  trashed_at timestamp with time zone,
  trashed_by text,
  trash_reason text,
  trash_approved_by text,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_assets ADD CONSTRAINT media_assets_custom_check CHECK ((jsonb_typeof(custom) = 'object'::text));

ALTER TABLE syncwatch.media_assets ADD CONSTRAINT media_assets_height_check CHECK ((height > 0));

ALTER TABLE syncwatch.media_assets ADD CONSTRAINT media_assets_key_check CHECK (((key <> ''::text) AND (octet_length(key) <= 2048)));

ALTER TABLE syncwatch.media_assets ADD CONSTRAINT media_assets_pkey PRIMARY KEY (id);

ALTER TABLE syncwatch.media_assets ADD CONSTRAINT media_assets_sha256_check CHECK (((octet_length(sha256) = 64) AND (sha256 !~ '[^0-9a-f]'::text)));

ALTER TABLE syncwatch.media_assets ADD CONSTRAINT media_assets_size_check CHECK ((size >= 0));

ALTER TABLE syncwatch.media_assets ADD CONSTRAINT media_assets_width_check CHECK ((width > 0));

CREATE INDEX media_assets_changed ON syncwatch.media_assets USING btree (changed_xid);

CREATE INDEX media_assets_created ON syncwatch.media_assets USING btree (created_at, id) WHERE (trashed_at IS NULL);

CREATE UNIQUE INDEX media_assets_live_key ON syncwatch.media_assets USING btree (key) WHERE (trashed_at IS NULL);

CREATE INDEX media_assets_sha256 ON syncwatch.media_assets USING btree (sha256);

CREATE INDEX media_assets_trashed ON syncwatch.media_assets USING btree (trashed_at, id) WHERE (trashed_at IS NOT NULL);

CREATE TRIGGER media_assets_hint AFTER INSERT OR DELETE OR UPDATE ON syncwatch.media_assets FOR EACH STATEMENT EXECUTE FUNCTION syncwatch.hint();

CREATE TRIGGER media_assets_raise_revision BEFORE UPDATE ON syncwatch.media_assets FOR EACH ROW WHEN ((((((((((new.key IS DISTINCT FROM old.key) OR (new.sha256 IS DISTINCT FROM old.sha256)) OR (new.size IS DISTINCT FROM old.size)) OR (new.display_name IS DISTINCT FROM old.display_name)) OR (new.description IS DISTINCT FROM old.description)) OR (new.alt_text IS DISTINCT FROM old.alt_text)) OR (new.tags IS DISTINCT FROM old.tags)) OR (new.custom IS DISTINCT FROM old.custom)) OR (new.trashed_at IS DISTINCT FROM old.trashed_at))) EXECUTE FUNCTION syncwatch.raise_revision();

CREATE TRIGGER media_assets_record_removals AFTER DELETE ON syncwatch.media_assets REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION syncwatch.record_removals('assets');

CREATE TRIGGER media_assets_update_row BEFORE UPDATE ON syncwatch.media_assets FOR EACH ROW WHEN (((new.rev <= old.rev) OR (new.changed_xid <> pg_current_xact_id()))) EXECUTE FUNCTION syncwatch.complete_row();

CREATE TRIGGER sync_webhook_asset_trashed AFTER UPDATE ON syncwatch.media_assets FOR EACH ROW WHEN (((old.trashed_at IS NULL) AND (new.trashed_at IS NOT NULL))) EXECUTE FUNCTION public.sync_webhook_asset_trashed();

CREATE TABLE syncwatch.media_collection_assets (
  collection_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  position integer DEFAULT 0 NOT NULL,
  added_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_collection_assets ADD CONSTRAINT media_collection_assets_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES syncwatch.media_assets(id) ON DELETE CASCADE;

ALTER TABLE syncwatch.media_collection_assets ADD CONSTRAINT media_collection_assets_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES syncwatch.media_collections(id) ON DELETE CASCADE;

ALTER TABLE syncwatch.media_collection_assets ADD CONSTRAINT media_collection_assets_pkey PRIMARY KEY (collection_id, asset_id);

CREATE INDEX media_collection_assets_asset ON syncwatch.media_collection_assets USING btree (asset_id);

CREATE TABLE syncwatch.media_collections (
  id uuid DEFAULT syncwatch.uuid7() NOT NULL,
  revision bigint DEFAULT 1 NOT NULL,
  name text NOT NULL,
  description text,
  created_by text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_collections ADD CONSTRAINT media_collections_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255)));

ALTER TABLE syncwatch.media_collections ADD CONSTRAINT media_collections_pkey PRIMARY KEY (id);

CREATE TABLE syncwatch.media_conflicts (
  id uuid DEFAULT syncwatch.uuid7() NOT NULL,
  store_id uuid,
  asset_id uuid,
  copy_asset_id uuid,
  operation_id uuid,
  key text COLLATE "C" NOT NULL,
  rule text NOT NULL,
  outcome text NOT NULL,
  state text DEFAULT 'open'::text NOT NULL,
  library_side jsonb,
  store_side jsonb,
  resolution text,
  resolved_by text,
  resolved_at timestamp with time zone,
  applied_at timestamp with time zone,
  undo jsonb,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_conflicts ADD CONSTRAINT media_conflicts_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES syncwatch.media_assets(id) ON DELETE CASCADE;

ALTER TABLE syncwatch.media_conflicts ADD CONSTRAINT media_conflicts_copy_asset_id_fkey FOREIGN KEY (copy_asset_id) REFERENCES syncwatch.media_assets(id) ON DELETE SET NULL;

ALTER TABLE syncwatch.media_conflicts ADD CONSTRAINT media_conflicts_outcome_check CHECK ((outcome = ANY (ARRAY['held'::text, 'keep-both'::text, 'newer'::text, 'library'::text, 'store'::text])));

ALTER TABLE syncwatch.media_conflicts ADD CONSTRAINT media_conflicts_pkey PRIMARY KEY (id);

ALTER TABLE syncwatch.media_conflicts ADD CONSTRAINT media_conflicts_resolution_check CHECK ((resolution = ANY (ARRAY['library'::text, 'store'::text, 'both'::text])));

ALTER TABLE syncwatch.media_conflicts ADD CONSTRAINT media_conflicts_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text, 'undone'::text])));

ALTER TABLE syncwatch.media_conflicts ADD CONSTRAINT media_conflicts_store_id_fkey FOREIGN KEY (store_id) REFERENCES syncwatch.stores(id) ON DELETE SET NULL;

CREATE INDEX media_conflicts_asset ON syncwatch.media_conflicts USING btree (asset_id);

CREATE INDEX media_conflicts_copy ON syncwatch.media_conflicts USING btree (copy_asset_id) WHERE (copy_asset_id IS NOT NULL);

CREATE UNIQUE INDEX media_conflicts_open ON syncwatch.media_conflicts USING btree (store_id, asset_id) WHERE (state = 'open'::text);

CREATE INDEX media_conflicts_state ON syncwatch.media_conflicts USING btree (state, created_at, id);

CREATE TRIGGER sync_webhook_conflict_created AFTER INSERT ON syncwatch.media_conflicts FOR EACH ROW WHEN ((new.state = 'open'::text)) EXECUTE FUNCTION public.sync_webhook_conflict_created();

CREATE TABLE syncwatch.media_derivatives (
  sha256 text NOT NULL,
  kind text NOT NULL,
  state text DEFAULT 'pending'::text NOT NULL,
  derived_sha256 text,
  mime_type text,
  width integer,
  height integer,
  size bigint,
  attempts integer DEFAULT 0 NOT NULL,
  due_at timestamp with time zone DEFAULT now() NOT NULL,
  error_code text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_derivatives ADD CONSTRAINT media_derivatives_pkey PRIMARY KEY (sha256, kind);

ALTER TABLE syncwatch.media_derivatives ADD CONSTRAINT media_derivatives_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'done'::text, 'failed'::text])));

CREATE INDEX media_derivatives_pending ON syncwatch.media_derivatives USING btree (due_at) WHERE (state = 'pending'::text);

CREATE TABLE syncwatch.media_migrations (
  number integer NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_migrations ADD CONSTRAINT media_migrations_pkey PRIMARY KEY (number);

CREATE TABLE syncwatch.media_replicas (
  id uuid DEFAULT syncwatch.uuid7() NOT NULL,
  store_id uuid NOT NULL,
  asset_id uuid,
  state text DEFAULT 'present'::text NOT NULL,
  remote_id text,
  remote_key text COLLATE "C" NOT NULL,
  moving_to text COLLATE "C",
  remote_version text NOT NULL,
  remote_size bigint NOT NULL,
  remote_modified_at timestamp with time zone,
  content_sha256 text,
  agreed_metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
  remote_metadata_version text,
  library_revision bigint,
  verified_at timestamp with time zone,
  differs_since timestamp with time zone,
  error_code text,
  tombstoned_at timestamp with time zone,
  tombstone_cause text,
  approved_by text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_asset CHECK (((asset_id IS NOT NULL) OR (state = 'tombstone'::text)));

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES syncwatch.media_assets(id) ON DELETE SET NULL;

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_moving_to_check CHECK ((octet_length(moving_to) <= 2048));

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_pkey PRIMARY KEY (id);

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_remote_key_check CHECK ((octet_length(remote_key) <= 2048));

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_state_check CHECK ((state = ANY (ARRAY['present'::text, 'tombstone'::text])));

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_store_id_fkey FOREIGN KEY (store_id) REFERENCES syncwatch.stores(id) ON DELETE CASCADE;

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_tombstone CHECK (((state = 'tombstone'::text) = (tombstoned_at IS NOT NULL)));

ALTER TABLE syncwatch.media_replicas ADD CONSTRAINT media_replicas_tombstone_cause_check CHECK ((tombstone_cause = ANY (ARRAY['store'::text, 'library'::text, 'both'::text])));

CREATE UNIQUE INDEX media_replicas_asset_store ON syncwatch.media_replicas USING btree (asset_id, store_id);

CREATE INDEX media_replicas_differs ON syncwatch.media_replicas USING btree (store_id, differs_since) WHERE (differs_since IS NOT NULL);

CREATE INDEX media_replicas_store_key ON syncwatch.media_replicas USING btree (store_id, remote_key);

CREATE INDEX media_replicas_tombstones ON syncwatch.media_replicas USING btree (tombstoned_at) WHERE (state = 'tombstone'::text);

CREATE TABLE syncwatch.media_usage (
  asset_id uuid NOT NULL,
  used_in text NOT NULL,
  reference text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.media_usage ADD CONSTRAINT media_usage_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES syncwatch.media_assets(id) ON DELETE CASCADE;

ALTER TABLE syncwatch.media_usage ADD CONSTRAINT media_usage_pkey PRIMARY KEY (asset_id, used_in, reference);

CREATE TABLE syncwatch.removals (
  topic text NOT NULL,
  id text NOT NULL,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  removed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE INDEX removals_age ON syncwatch.removals USING btree (removed_at);

CREATE INDEX removals_cursor ON syncwatch.removals USING btree (topic, changed_xid);

CREATE UNLOGGED TABLE syncwatch.staging_template (
  key text COLLATE "C" NOT NULL,
  remote_id text,
  version text NOT NULL,
  size bigint NOT NULL,
  modified_at timestamp with time zone,
  metadata_version text
);

CREATE TABLE syncwatch.store_runs (
  id uuid NOT NULL,
  store_id uuid NOT NULL,
  operation_id uuid,
  started_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone DEFAULT now() NOT NULL,
  listed bigint DEFAULT 0 NOT NULL,
  differed bigint DEFAULT 0 NOT NULL
);

ALTER TABLE syncwatch.store_runs ADD CONSTRAINT store_runs_pkey PRIMARY KEY (id);

ALTER TABLE syncwatch.store_runs ADD CONSTRAINT store_runs_store_id_fkey FOREIGN KEY (store_id) REFERENCES syncwatch.stores(id) ON DELETE CASCADE;

CREATE INDEX store_runs_last ON syncwatch.store_runs USING btree (store_id, finished_at);

CREATE TABLE syncwatch.stores (
  id uuid DEFAULT syncwatch.uuid7() NOT NULL,
  rev bigint DEFAULT 1 NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  mode text DEFAULT 'two-way'::text NOT NULL,
  content_mode text DEFAULT 'full'::text NOT NULL,
  location text NOT NULL,
  state text DEFAULT 'idle'::text NOT NULL,
  is_paused boolean DEFAULT false NOT NULL,
  config jsonb DEFAULT '{}'::jsonb NOT NULL,
  conflict_policy text DEFAULT 'keep-both'::text NOT NULL,
  delete_limit integer,
  schedule text,
  identity text,
  identity_place text,
  identity_copy text,
  scope jsonb DEFAULT '{}'::jsonb NOT NULL,
  asset_count bigint DEFAULT 0 NOT NULL,
  total_bytes bigint DEFAULT 0 NOT NULL,
  differ_count bigint,
  failed_count bigint DEFAULT 0 NOT NULL,
  verified_at timestamp with time zone,
  converged_at timestamp with time zone,
  last_operation_id uuid,
  last_error jsonb,
  next_run_at timestamp with time zone,
  changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_conflict_policy_check CHECK ((conflict_policy = ANY (ARRAY['keep-both'::text, 'newer'::text, 'library'::text, 'store'::text, 'manual'::text])));

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_content_mode_check CHECK ((content_mode = ANY (ARRAY['full'::text, 'reference'::text])));

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_delete_limit_check CHECK ((delete_limit >= 0));

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_kind_check CHECK ((kind = ANY (ARRAY['folder'::text, 's3'::text, 'cloudinary'::text, 'webdav'::text])));

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_mode_check CHECK ((mode = ANY (ARRAY['two-way'::text, 'pull'::text, 'push'::text])));

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255)));

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_name_key UNIQUE (name);

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_pkey PRIMARY KEY (id);

ALTER TABLE syncwatch.stores ADD CONSTRAINT stores_state_check CHECK ((state = ANY (ARRAY['idle'::text, 'syncing'::text, 'unavailable'::text])));

CREATE TRIGGER stores_hint AFTER INSERT OR DELETE OR UPDATE ON syncwatch.stores FOR EACH STATEMENT EXECUTE FUNCTION syncwatch.hint();

CREATE TRIGGER stores_record_removals AFTER DELETE ON syncwatch.stores REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION syncwatch.record_removals('stores');

CREATE TRIGGER stores_update_row BEFORE UPDATE ON syncwatch.stores FOR EACH ROW WHEN (((new.rev <= old.rev) OR (new.changed_xid <> pg_current_xact_id()))) EXECUTE FUNCTION syncwatch.complete_row();
