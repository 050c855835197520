-- What must hold whoever writes (our manager, the SQL functions, or somebody with psql): each write raises `rev` and
-- names its transaction, an ended operation stays ended, the timeline shows each step, and other nodes get a hint.

-- Completes a row of `sync_operations` for a writer that did not do it itself. Our manager sets all of this in its
-- multi-row statements, so for it the trigger's condition is false and no function is called.
CREATE FUNCTION :"schema".sync_operations_complete_row() RETURNS trigger
LANGUAGE plpgsql
AS $$
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
$$;

CREATE TRIGGER sync_operations_insert_row BEFORE INSERT ON :"schema".sync_operations
FOR EACH ROW WHEN (
  NEW.changed_xid IS DISTINCT FROM pg_current_xact_id()
  OR NEW.status IN ('completed', 'failed', 'cancelled') AND NEW.ended_xid IS DISTINCT FROM pg_current_xact_id()
) EXECUTE FUNCTION :"schema".sync_operations_complete_row();

-- The condition is evaluated in place for each row of a flush; only when it holds is plpgsql entered. It asks what is cheap to
-- ask (every change of the status, every write to an ended row) rather than exactly what the function would do something about.
CREATE TRIGGER sync_operations_update_row BEFORE UPDATE ON :"schema".sync_operations
FOR EACH ROW WHEN (
  NEW.rev <= OLD.rev
  OR NEW.changed_xid <> pg_current_xact_id()
  OR NEW.status <> OLD.status
  OR OLD.ended_xid IS NOT NULL
  OR NEW.ended_xid IS NOT NULL
) EXECUTE FUNCTION :"schema".sync_operations_complete_row();

-- The same for the other tables behind a topic.
CREATE FUNCTION :"schema".sync_complete_row() RETURNS trigger
LANGUAGE plpgsql
AS $$
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
$$;

CREATE TRIGGER sync_operation_items_update_row BEFORE UPDATE ON :"schema".sync_operation_items
FOR EACH ROW WHEN (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
EXECUTE FUNCTION :"schema".sync_complete_row();
CREATE TRIGGER connection_status_update_row BEFORE UPDATE ON :"schema".connection_status
FOR EACH ROW WHEN (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
EXECUTE FUNCTION :"schema".sync_complete_row();
CREATE TRIGGER sync_health_update_row BEFORE UPDATE ON :"schema".sync_health
FOR EACH ROW WHEN (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
EXECUTE FUNCTION :"schema".sync_complete_row();

-- The timeline writes itself: transitions, phases and requests to cancel, once, in the transaction of the change. A row
-- trigger, because its condition costs progress nothing, while a transition table would copy each row of each flush. A start stands
-- before what else the write says, an end after it. One statement an event: the order is that of their ids, which tell microseconds apart.
CREATE FUNCTION :"schema".sync_operations_record_step() RETURNS trigger
LANGUAGE plpgsql
AS $$
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
    INSERT INTO :"schema".sync_operation_events (operation_id, kind, status, message, data, attempt)
    VALUES (NEW.id, step.kind, step.status, step.message, step.data, NEW.attempt);
  END LOOP;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_record_step AFTER UPDATE ON :"schema".sync_operations
FOR EACH ROW WHEN (
  NEW.status <> OLD.status
  OR NEW.phase IS DISTINCT FROM OLD.phase
  OR OLD.cancel_requested_at IS NULL AND NEW.cancel_requested_at IS NOT NULL
) EXECUTE FUNCTION :"schema".sync_operations_record_step();

-- Creation is one statement for any number of rows, so its events are too.
CREATE FUNCTION :"schema".sync_operations_record_created() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO :"schema".sync_operation_events (operation_id, kind, status, message, attempt)
  SELECT id, 'created', status, message, attempt FROM created ORDER BY id;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_record_created AFTER INSERT ON :"schema".sync_operations
REFERENCING NEW TABLE AS created
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_operations_record_created();

-- A removal is remembered in its own transaction, whoever deletes. The topic is the trigger's argument.
CREATE FUNCTION :"schema".sync_record_removals() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO :"schema".sync_removals (topic, id) SELECT TG_ARGV[0], id::text FROM removed;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_record_removals AFTER DELETE ON :"schema".sync_operations
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_record_removals('operations');
CREATE TRIGGER connection_status_record_removals AFTER DELETE ON :"schema".connection_status
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_record_removals('connections');

-- TRUNCATE shows no rows, so nobody can be told which ones went: every cursor up to now gets a snapshot instead.
CREATE FUNCTION :"schema".sync_raise_floor() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO :"schema".sync_topic_floors (topic, floor)
  VALUES (TG_ARGV[0], (pg_current_xact_id()::text::numeric + 1)::text::xid8)
  ON CONFLICT (topic) DO UPDATE SET floor = excluded.floor;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_raise_floor AFTER TRUNCATE ON :"schema".sync_operations
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_raise_floor('operations');
CREATE TRIGGER connection_status_raise_floor AFTER TRUNCATE ON :"schema".connection_status
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_raise_floor('connections');

-- The hint to other nodes: once a statement and without a payload. Postgres folds equal notifications of a transaction
-- into one, so a transaction sends one however many of these tables it writes. Commits that notify queue on one
-- lock for the whole server, which is why this is never done per row.
CREATE FUNCTION :"schema".sync_hint() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('sync_status', '');
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_hint AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON :"schema".sync_operations
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_hint();
CREATE TRIGGER sync_operation_events_hint AFTER INSERT ON :"schema".sync_operation_events
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_hint();
CREATE TRIGGER sync_operation_items_hint AFTER INSERT OR UPDATE ON :"schema".sync_operation_items
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_hint();
CREATE TRIGGER connection_status_hint AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON :"schema".connection_status
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_hint();
CREATE TRIGGER sync_health_hint AFTER INSERT OR UPDATE ON :"schema".sync_health
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".sync_hint();
