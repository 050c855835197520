-- The operation machine for anybody who can call SQL: psql, another language, Supabase's RPC. The rules are those of
-- `packages/core/src/operation`, and one set of tables tests both. All functions run with the caller's rights.
--
-- An operation is named by its uuid or by its operation_key. Functions take it as text under the name `id`; the twins that
-- take a uuid call it `operation_id`, so that SQL needs no cast and an RPC by parameter names is never ambiguous. Counts
-- come as numeric, so that 1.5 items and NaN are refused with a sentence instead of "function does not exist".
--
-- Refusals: SW001 operation_not_found, SW002 illegal_transition, SW003 operation_key_taken, SW004 fenced,
-- SW005 invalid_input, SW006 invalid_progress, SW007 invalid_cursor.

-- The row of an operation, locked against other writers until the transaction ends. A key cannot be confused with an
-- id: where it could be either, the id is tried first.
CREATE FUNCTION :"schema".sync_lock_operation(id text, attempt integer) RETURNS :"schema".sync_operations
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  o :"schema".sync_operations;
BEGIN
  IF sync_lock_operation.id ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
    SELECT * INTO o FROM :"schema".sync_operations WHERE id = sync_lock_operation.id::uuid FOR NO KEY UPDATE;
  END IF;
  IF o.id IS NULL THEN
    SELECT * INTO o FROM :"schema".sync_operations WHERE operation_key = sync_lock_operation.id FOR NO KEY UPDATE;
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
$$;

CREATE FUNCTION :"schema".sync_refuse_ended(operation :"schema".sync_operations, wish text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  IF operation.status IN ('completed', 'failed', 'cancelled') THEN
    RAISE EXCEPTION 'The operation is %, and that is final: it cannot %. Retry it as a new operation instead.',
      operation.status, wish USING ERRCODE = 'SW002';
  END IF;
END
$$;

CREATE FUNCTION :"schema".create_sync_operation(
  operation_type text,
  total_items numeric DEFAULT NULL,
  triggered_by text DEFAULT NULL,
  source text DEFAULT 'api',
  operation_key text DEFAULT NULL,
  message text DEFAULT NULL,
  operation_data jsonb DEFAULT '{}',
  store_id uuid DEFAULT NULL,
  total_bytes numeric DEFAULT NULL,
  retry_of uuid DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql
AS $$
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
  IF NOT (:"schema".sync_is_count(total_items) AND :"schema".sync_is_count(total_bytes)) THEN
    RAISE EXCEPTION 'total_items and total_bytes are whole numbers from 0 to 2^53 - 1.' USING ERRCODE = 'SW005';
  END IF;
  INSERT INTO :"schema".sync_operations AS o
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
$$;

-- Absent, or a whole number that JavaScript can hold too.
CREATE FUNCTION :"schema".sync_is_count(value numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT value IS NULL OR (value BETWEEN 0 AND 9007199254740991 AND value = trunc(value)) $$;

-- The percent that counts alone give: of items where their total is known and above 0, else of bytes, else none.
CREATE FUNCTION :"schema".sync_percent_of_counts(
  processed_items numeric, total_items numeric, processed_bytes numeric, total_bytes numeric
) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN total_items > 0 THEN least(99, div(100 * processed_items, total_items))
    WHEN total_bytes > 0 THEN least(99, div(100 * processed_bytes, total_bytes))
  END::double precision
$$;

CREATE FUNCTION :"schema".start_sync_operation(id text, attempt integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  o :"schema".sync_operations := :"schema".sync_lock_operation(start_sync_operation.id, start_sync_operation.attempt);
BEGIN
  PERFORM :"schema".sync_refuse_ended(o, 'start');
  IF o.status <> 'pending' THEN
    RAISE EXCEPTION 'The operation has started already.' USING ERRCODE = 'SW002';
  END IF;
  UPDATE :"schema".sync_operations SET status = 'in_progress' WHERE id = o.id;
END
$$;

-- What is left out stays as it is. Percent and counts never go back; 100 is kept as 99 with the phase `finishing`.
CREATE FUNCTION :"schema".update_sync_progress(
  id text,
  progress double precision DEFAULT NULL,
  processed numeric DEFAULT NULL,
  failed numeric DEFAULT NULL,
  message text DEFAULT NULL,
  phase text DEFAULT NULL,
  total numeric DEFAULT NULL,
  processed_bytes numeric DEFAULT NULL,
  total_bytes numeric DEFAULT NULL,
  attempt integer DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql
AS $$
#variable_conflict use_variable
DECLARE
  o :"schema".sync_operations;
  percent double precision := progress;
BEGIN
  -- NaN is greater than every other number in Postgres, so this refuses it too.
  IF progress NOT BETWEEN 0 AND 100 THEN
    RAISE EXCEPTION 'progress is a percent from 0 to 100, not %.', progress USING ERRCODE = 'SW006';
  END IF;
  IF NOT (:"schema".sync_is_count(processed) AND :"schema".sync_is_count(failed) AND :"schema".sync_is_count(total)
          AND :"schema".sync_is_count(processed_bytes) AND :"schema".sync_is_count(total_bytes)) THEN
    RAISE EXCEPTION 'Counts are whole numbers from 0 to 2^53 - 1.' USING ERRCODE = 'SW006';
  END IF;
  o := :"schema".sync_lock_operation(id, attempt);
  PERFORM :"schema".sync_refuse_ended(o, 'make progress');

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
    percent := :"schema".sync_percent_of_counts(o.processed_items, o.total_items, o.processed_bytes, o.total_bytes);
  END IF;
  IF percent IS NOT NULL THEN
    o.progress := greatest(coalesce(o.progress, 0), least(99, floor(percent)));
  END IF;

  UPDATE :"schema".sync_operations AS t
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
$$;

-- completed means 100 %; failed and cancelled keep the percent they reached.
CREATE FUNCTION :"schema".complete_sync_operation(
  id text,
  status text DEFAULT 'completed',
  error_details jsonb DEFAULT NULL,
  message text DEFAULT NULL,
  attempt integer DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql
AS $$
#variable_conflict use_variable
DECLARE
  o :"schema".sync_operations;
BEGIN
  IF status IS NULL OR status NOT IN ('completed', 'failed', 'cancelled') THEN
    RAISE EXCEPTION 'An operation ends completed, failed or cancelled, not "%".', left(status, 64)
      USING ERRCODE = 'SW005';
  END IF;
  o := :"schema".sync_lock_operation(id, attempt);
  PERFORM :"schema".sync_refuse_ended(o, 'become ' || status);
  UPDATE :"schema".sync_operations AS t
  SET status = complete_sync_operation.status,
      progress = CASE WHEN complete_sync_operation.status = 'completed' THEN 100 ELSE o.progress END,
      error_details = coalesce(complete_sync_operation.error_details, o.error_details),
      message = coalesce(complete_sync_operation.message, o.message),
      estimated_completion = NULL
  WHERE t.id = o.id;
END
$$;

-- A worker that holds the operation (a lease that has not run out, or a job: an owner without an end) is asked to stop,
-- and the operation stays in_progress until it does. One that nobody holds is cancelled at once. Returns the status.
CREATE FUNCTION :"schema".cancel_sync_operation(id text) RETURNS text
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  o :"schema".sync_operations := :"schema".sync_lock_operation(cancel_sync_operation.id, NULL);
  held boolean := o.attempt > 0 AND o.lease_owner IS NOT NULL AND (o.lease_until IS NULL OR o.lease_until > clock_timestamp());
BEGIN
  PERFORM :"schema".sync_refuse_ended(o, 'be cancelled');
  IF NOT (held AND o.status = 'in_progress') THEN
    o.status := 'cancelled';
    o.estimated_completion := NULL;
  END IF;
  UPDATE :"schema".sync_operations
  SET status = o.status,
      estimated_completion = o.estimated_completion,
      cancel_requested_at = coalesce(o.cancel_requested_at, now())
  WHERE id = o.id;
  RETURN o.status;
END
$$;

-- The twins for SQL callers that hold a uuid.
CREATE FUNCTION :"schema".start_sync_operation(operation_id uuid, attempt integer DEFAULT NULL) RETURNS void
LANGUAGE sql
AS $$ SELECT :"schema".start_sync_operation(operation_id::text, attempt) $$;

CREATE FUNCTION :"schema".update_sync_progress(
  operation_id uuid,
  progress double precision DEFAULT NULL,
  processed numeric DEFAULT NULL,
  failed numeric DEFAULT NULL,
  message text DEFAULT NULL,
  phase text DEFAULT NULL,
  total numeric DEFAULT NULL,
  processed_bytes numeric DEFAULT NULL,
  total_bytes numeric DEFAULT NULL,
  attempt integer DEFAULT NULL
) RETURNS void
LANGUAGE sql
AS $$
  SELECT :"schema".update_sync_progress(
    operation_id::text, progress, processed, failed, message, phase, total, processed_bytes, total_bytes, attempt)
$$;

CREATE FUNCTION :"schema".complete_sync_operation(
  operation_id uuid,
  status text DEFAULT 'completed',
  error_details jsonb DEFAULT NULL,
  message text DEFAULT NULL,
  attempt integer DEFAULT NULL
) RETURNS void
LANGUAGE sql
AS $$ SELECT :"schema".complete_sync_operation(operation_id::text, status, error_details, message, attempt) $$;

CREATE FUNCTION :"schema".cancel_sync_operation(operation_id uuid) RETURNS text
LANGUAGE sql
AS $$ SELECT :"schema".cancel_sync_operation(operation_id::text) $$;
