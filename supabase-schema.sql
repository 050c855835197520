-- The status system of Syncwatch for a database of your own, Supabase included: paste it into the SQL editor, or run it with
-- psql. Running it again does nothing; a later version of this file adds what is new. A program that calls migrate()
-- afterwards finds everything in place. Row-level security and the publication supabase_realtime are set up where
-- the roles and the publication exist.
-- Generated from packages/database/migrations/status. Do not edit.

BEGIN;

SET LOCAL statement_timeout = 0;
SELECT pg_advisory_xact_lock(1937337955);

CREATE TABLE IF NOT EXISTS public.sync_migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);

DO $syncwatch$
BEGIN
  IF EXISTS (SELECT FROM public.sync_migrations WHERE number > 5) THEN
    RAISE EXCEPTION 'This database was migrated by a newer version of Syncwatch. Use the file of that version.';
  END IF;
END
$syncwatch$;

-- 0001-tables
DO $syncwatch$
DECLARE
  known text := (SELECT checksum FROM public.sync_migrations WHERE number = 1);
  taken text;
BEGIN
  IF known = '7623a5a04a9523df19bb88ae3096183e68c4a21e20815efccf680b067ae744c0' THEN
    RETURN;
  ELSIF known IS NOT NULL THEN
    RAISE EXCEPTION 'The migration 1 (tables) of this database is not the one of this file. Nothing was changed.';
  END IF;
  SELECT c.relname INTO taken FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname::text = ANY (ARRAY['sync_operations', 'sync_operation_events', 'sync_operation_items', 'connection_status', 'sync_nodes', 'sync_status_snapshots', 'sync_health', 'sync_health_acknowledgements', 'sync_removals', 'sync_topic_floors', 'sync_epoch', 'sync_tickets_used', 'sync_idempotency_keys']::text[])
  ORDER BY 1 LIMIT 1;
  IF taken IS NOT NULL THEN
    RAISE EXCEPTION '"public"."%" is already there and was not made by Syncwatch. Nothing was changed.', taken;
  END IF;
  EXECUTE $syncwatch_sql$
-- The tables of the status system. `"public"` stands for the schema that the migrator was asked to use.

-- Ids sort by the time they were made, so that inserts stay at the right edge of each index. Postgres has uuidv7()
-- from 18 on only; this is the same layout (48 bits of milliseconds, 12 bits of their fraction, 62 random bits), so
-- ids that one session makes one after the other also sort that way.
CREATE FUNCTION "public".sync_uuid7() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$
  SELECT encode(
    overlay(
      uuid_send(gen_random_uuid())
      PLACING substring(int8send(t.microseconds / 1000) FROM 3)
           || int2send((28672 + (t.microseconds % 1000) * 4096 / 1000)::int2)
      FROM 1 FOR 8),
    'hex')::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS microseconds) t
$$;

-- Progress rewrites a row many times a second. Half of each page stays free, so that the new version finds room beside
-- the old one and no index has to be touched (a HOT update); that holds only while no index mentions a column that
-- progress changes. Percent is a double: it is a measurement, and numeric would reach JavaScript as text.
-- The order of the columns: what never changes stands at both ends, because the log of an update leaves out what the two
-- versions have in common at their beginning and end (243 bytes a row instead of 370), and what is of fixed length and never
-- null comes first, where it is found without looking at the columns before it.
CREATE TABLE "public".sync_operations (
  id uuid PRIMARY KEY DEFAULT "public".sync_uuid7(),
  created_at timestamptz NOT NULL DEFAULT now(),
  rev bigint NOT NULL DEFAULT 1,
  -- The transaction of the last write: the cursor of changes. Not indexed, see above.
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  processed_items bigint NOT NULL DEFAULT 0 CHECK (processed_items >= 0),
  failed_items bigint NOT NULL DEFAULT 0 CHECK (failed_items >= 0),
  processed_bytes bigint NOT NULL DEFAULT 0 CHECK (processed_bytes >= 0),
  -- The fence: raised in the transaction that claims; a write of an older attempt changes nothing.
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'in_progress', 'completed', 'failed', 'cancelled')),
  -- Percent; null while the total is unknown. 100 is said of completed operations only. NaN passes no comparison here.
  progress double precision CHECK (progress >= 0 AND (progress < 100 OR (progress = 100 AND status = 'completed'))),
  total_items bigint CHECK (total_items >= 0),
  total_bytes bigint CHECK (total_bytes >= 0),
  start_time timestamptz,
  estimated_completion timestamptz,
  phase text,
  message text,
  performance_metrics jsonb NOT NULL DEFAULT '{}',
  end_time timestamptz,
  -- The transaction of the last write to an ended row, null while open: the indexed half of the cursor.
  ended_xid xid8,
  cancel_requested_at timestamptz,
  lease_until timestamptz,
  lease_owner text,
  error_details jsonb,
  operation_type text NOT NULL CHECK (operation_type IN ('upload', 'delete', 'update', 'full_sync', 'webhook')),
  source text NOT NULL DEFAULT 'api' CHECK (source IN ('manual', 'webhook', 'api', 'scheduled')),
  triggered_by text,
  -- No foreign key: stores live in the media set, which need not be installed.
  store_id uuid,
  -- No foreign key: retention may remove the original before the retry.
  retry_of uuid,
  operation_key text UNIQUE CHECK (length(operation_key) BETWEEN 1 AND 255),
  operation_data jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT sync_operations_ended CHECK ((status IN ('completed', 'failed', 'cancelled')) = (ended_xid IS NOT NULL))
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- The cursor reads all open operations: few, however long the history is. Also: claims, recovery of orphans, "active".
CREATE INDEX sync_operations_open ON "public".sync_operations (id) WHERE status IN ('pending', 'in_progress');
-- The cursor's other half: operations that ended since.
CREATE INDEX sync_operations_ended_xid ON "public".sync_operations (ended_xid) WHERE ended_xid IS NOT NULL;
-- Lists go newest first by (created_at, id), one index for each filter they offer. created_at never changes.
CREATE INDEX sync_operations_created ON "public".sync_operations (created_at, id);
CREATE INDEX sync_operations_status_created ON "public".sync_operations (status, created_at, id);
CREATE INDEX sync_operations_type_created ON "public".sync_operations (operation_type, created_at, id);
CREATE INDEX sync_operations_store_created ON "public".sync_operations (store_id, created_at, id)
  WHERE store_id IS NOT NULL;
-- Metrics, health and retention look at what ended in a window of time.
CREATE INDEX sync_operations_end_time ON "public".sync_operations (end_time) WHERE end_time IS NOT NULL;

-- The timeline of an operation, append-only. Removed with its operation.
CREATE TABLE "public".sync_operation_events (
  id uuid PRIMARY KEY DEFAULT "public".sync_uuid7(),
  rev bigint NOT NULL DEFAULT 1,
  operation_id uuid NOT NULL REFERENCES "public".sync_operations (id) ON DELETE CASCADE,
  kind text NOT NULL
    CHECK (kind IN ('created', 'transition', 'phase', 'warning', 'error', 'message', 'lease', 'cancel_requested')),
  status text,
  message text,
  data jsonb NOT NULL DEFAULT '{}',
  attempt integer NOT NULL DEFAULT 0,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT now()
);
-- The timeline in order, and what the foreign key's cascade looks for.
CREATE INDEX sync_operation_events_timeline ON "public".sync_operation_events (operation_id, id);
-- The topic `events:<operation>` reads what is new since its cursor.
CREATE INDEX sync_operation_events_changed ON "public".sync_operation_events (operation_id, changed_xid);

-- What happened to each asset within an operation. The id is a hash, so that a key of any length has one short name and
-- one index; writers say ON CONFLICT (id). The foreign key costs a quarter of the rate of bulk inserts (57,000 against 78,000
-- items/s) and is worth it: nobody with psql can leave items without their operation.
CREATE TABLE "public".sync_operation_items (
  id uuid PRIMARY KEY GENERATED ALWAYS AS (md5(operation_id::text || ':' || item_key)::uuid) STORED,
  rev bigint NOT NULL DEFAULT 1,
  operation_id uuid NOT NULL REFERENCES "public".sync_operations (id) ON DELETE CASCADE,
  item_key text NOT NULL,
  action text NOT NULL
    CHECK (action IN ('import', 'update', 'delete', 'rename', 'metadata', 'verify', 'skip', 'other')),
  state text NOT NULL CHECK (state IN ('pending', 'in_progress', 'done', 'failed', 'skipped')),
  bytes bigint CHECK (bytes >= 0),
  error_code text,
  error_message text,
  duration_ms double precision CHECK (duration_ms >= 0),
  attempt integer NOT NULL DEFAULT 0,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- The list of an operation's items in the order they were first seen; also what the cascade looks for.
CREATE INDEX sync_operation_items_created ON "public".sync_operation_items (operation_id, created_at, id);
-- "Show me the failures" of a run of a million.
CREATE INDEX sync_operation_items_failed ON "public".sync_operation_items (operation_id, created_at, id)
  WHERE state = 'failed';
-- The topic `items:<operation>` reads what changed since its cursor. An item is written once or twice, so HOT is not at
-- stake here.
CREATE INDEX sync_operation_items_changed ON "public".sync_operation_items (operation_id, changed_xid);

-- One row a client, written in batches. No index on changed_xid: all clients of a system are few enough to scan, and
-- every ping would pay for it.
CREATE TABLE "public".connection_status (
  id uuid PRIMARY KEY DEFAULT "public".sync_uuid7(),
  rev bigint NOT NULL DEFAULT 1,
  client_id text NOT NULL UNIQUE CHECK (length(client_id) BETWEEN 1 AND 255),
  status text NOT NULL CHECK (status IN ('connected', 'disconnected', 'reconnecting', 'error')),
  last_ping timestamptz,
  latency_ms double precision CHECK (latency_ms >= 0),
  reconnect_attempts integer NOT NULL DEFAULT 0 CHECK (reconnect_attempts >= 0),
  user_agent text,
  ip_address text,
  node_id text,
  metadata jsonb NOT NULL DEFAULT '{}',
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  connected_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
-- Closing what a dead node left open.
CREATE INDEX connection_status_open ON "public".connection_status (node_id) WHERE status <> 'disconnected';

-- The processes that share this database. A node whose heartbeat is old is dead: the others close its connections and
-- recover its operations.
CREATE TABLE "public".sync_nodes (
  node_id text PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  metadata jsonb NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);

-- Health and metrics as they were, for charts.
CREATE TABLE "public".sync_status_snapshots (
  id uuid PRIMARY KEY DEFAULT "public".sync_uuid7(),
  snapshot_type text NOT NULL CHECK (snapshot_type IN ('hourly', 'daily', 'manual', 'error')),
  health jsonb NOT NULL DEFAULT '{}',
  metrics jsonb NOT NULL DEFAULT '{}',
  active_operations integer NOT NULL DEFAULT 0,
  connected_clients integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- Lists and charts, newest first, of all types or of one; retention by age.
CREATE INDEX sync_status_snapshots_created ON "public".sync_status_snapshots (created_at, id);
CREATE INDEX sync_status_snapshots_type_created ON "public".sync_status_snapshots (snapshot_type, created_at, id);

-- The last health report, one row: the topic `health`, and the memory of its hysteresis across nodes and restarts.
CREATE TABLE "public".sync_health (
  id text PRIMARY KEY DEFAULT 'system' CHECK (id = 'system'),
  rev bigint NOT NULL DEFAULT 1,
  report jsonb NOT NULL DEFAULT '{}',
  -- What the evaluation needs to remember between two reports, such as since when a change has been holding.
  memory jsonb NOT NULL DEFAULT '{}',
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- A person has seen a reason and says until when it is accepted. The newest of a code counts.
CREATE TABLE "public".sync_health_acknowledgements (
  id uuid PRIMARY KEY DEFAULT "public".sync_uuid7(),
  code text NOT NULL,
  -- How bad the reason was then: a worse one is news, whatever was said of this.
  severity text NOT NULL DEFAULT 'critical' CHECK (severity IN ('healthy', 'warning', 'critical')),
  acknowledged_by text NOT NULL,
  note text NOT NULL DEFAULT '',
  until timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- Those that still hold; expired ones are few.
CREATE INDEX sync_health_acknowledgements_until ON "public".sync_health_acknowledgements (until);

-- What was removed from a topic, so that a replica that was away drops it too. Kept an hour; purging raises the floor.
CREATE TABLE "public".sync_removals (
  topic text NOT NULL,
  id text NOT NULL,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  removed_at timestamptz NOT NULL DEFAULT now()
);
-- What was removed since a cursor.
CREATE INDEX sync_removals_cursor ON "public".sync_removals (topic, changed_xid);
-- Purging by age.
CREATE INDEX sync_removals_age ON "public".sync_removals (removed_at);

-- A cursor of a topic below its floor cannot be resumed (removals that it would need were purged): it gets a snapshot.
CREATE TABLE "public".sync_topic_floors (
  topic text PRIMARY KEY,
  floor xid8 NOT NULL
);

-- Which history the transaction ids in our cursors belong to, one row. Renewed when the server, its timeline, the database
-- or the table is another one than it says: after a failover, a copy, or a restore on the same or on another server.
CREATE TABLE "public".sync_epoch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch uuid NOT NULL DEFAULT gen_random_uuid(),
  system_identifier text,
  timeline bigint,
  database_oid oid,
  table_oid oid,
  renewed_at timestamptz NOT NULL DEFAULT now()
);

-- Nonces of realtime tickets that were used: the primary key is the proof that a ticket opens one connection only.
CREATE TABLE "public".sync_tickets_used (
  nonce text PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
-- Purging what has expired.
CREATE INDEX sync_tickets_used_expires ON "public".sync_tickets_used (expires_at);

-- Answers that were given under an Idempotency-Key. `response_status` is null while the first request is under way.
CREATE TABLE "public".sync_idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  response_status integer,
  response_headers jsonb,
  response_body jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);
-- Purging what has expired.
CREATE INDEX sync_idempotency_keys_expires ON "public".sync_idempotency_keys (expires_at);
$syncwatch_sql$;
  INSERT INTO public.sync_migrations (number, name, checksum) VALUES (1, 'tables', '7623a5a04a9523df19bb88ae3096183e68c4a21e20815efccf680b067ae744c0');
END
$syncwatch$;

-- 0002-change-tracking
DO $syncwatch$
DECLARE
  known text := (SELECT checksum FROM public.sync_migrations WHERE number = 2);
  taken text;
BEGIN
  IF known = '1f7613a467cbb7880924d87815e935826a6c0905a49f14f14fffd6e037153b08' THEN
    RETURN;
  ELSIF known IS NOT NULL THEN
    RAISE EXCEPTION 'The migration 2 (change-tracking) of this database is not the one of this file. Nothing was changed.';
  END IF;
  SELECT c.relname INTO taken FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname::text = ANY (ARRAY[]::text[])
  ORDER BY 1 LIMIT 1;
  IF taken IS NOT NULL THEN
    RAISE EXCEPTION '"public"."%" is already there and was not made by Syncwatch. Nothing was changed.', taken;
  END IF;
  EXECUTE $syncwatch_sql$
-- What must hold whoever writes (our manager, the SQL functions, or somebody with psql): each write raises `rev` and
-- names its transaction, an ended operation stays ended, the timeline shows each step, and other nodes get a hint.

-- Completes a row of `sync_operations` for a writer that did not do it itself. Our manager sets all of this in its
-- multi-row statements, so for it the trigger's condition is false and no function is called.
CREATE FUNCTION "public".sync_operations_complete_row() RETURNS trigger
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

CREATE TRIGGER sync_operations_insert_row BEFORE INSERT ON "public".sync_operations
FOR EACH ROW WHEN (
  NEW.changed_xid IS DISTINCT FROM pg_current_xact_id()
  OR NEW.status IN ('completed', 'failed', 'cancelled') AND NEW.ended_xid IS DISTINCT FROM pg_current_xact_id()
) EXECUTE FUNCTION "public".sync_operations_complete_row();

-- The condition is evaluated in place for each row of a flush; only when it holds is plpgsql entered. It asks what is cheap to
-- ask (every change of the status, every write to an ended row) rather than exactly what the function would do something about.
CREATE TRIGGER sync_operations_update_row BEFORE UPDATE ON "public".sync_operations
FOR EACH ROW WHEN (
  NEW.rev <= OLD.rev
  OR NEW.changed_xid <> pg_current_xact_id()
  OR NEW.status <> OLD.status
  OR OLD.ended_xid IS NOT NULL
  OR NEW.ended_xid IS NOT NULL
) EXECUTE FUNCTION "public".sync_operations_complete_row();

-- The same for the other tables behind a topic.
CREATE FUNCTION "public".sync_complete_row() RETURNS trigger
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

CREATE TRIGGER sync_operation_items_update_row BEFORE UPDATE ON "public".sync_operation_items
FOR EACH ROW WHEN (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
EXECUTE FUNCTION "public".sync_complete_row();
CREATE TRIGGER connection_status_update_row BEFORE UPDATE ON "public".connection_status
FOR EACH ROW WHEN (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
EXECUTE FUNCTION "public".sync_complete_row();
CREATE TRIGGER sync_health_update_row BEFORE UPDATE ON "public".sync_health
FOR EACH ROW WHEN (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
EXECUTE FUNCTION "public".sync_complete_row();

-- The timeline writes itself: transitions, phases and requests to cancel, once, in the transaction of the change. A row
-- trigger, because its condition costs progress nothing, while a transition table would copy each row of each flush. A start stands
-- before what else the write says, an end after it. One statement an event: the order is that of their ids, which tell microseconds apart.
CREATE FUNCTION "public".sync_operations_record_step() RETURNS trigger
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
    INSERT INTO "public".sync_operation_events (operation_id, kind, status, message, data, attempt)
    VALUES (NEW.id, step.kind, step.status, step.message, step.data, NEW.attempt);
  END LOOP;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_record_step AFTER UPDATE ON "public".sync_operations
FOR EACH ROW WHEN (
  NEW.status <> OLD.status
  OR NEW.phase IS DISTINCT FROM OLD.phase
  OR OLD.cancel_requested_at IS NULL AND NEW.cancel_requested_at IS NOT NULL
) EXECUTE FUNCTION "public".sync_operations_record_step();

-- Creation is one statement for any number of rows, so its events are too.
CREATE FUNCTION "public".sync_operations_record_created() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO "public".sync_operation_events (operation_id, kind, status, message, attempt)
  SELECT id, 'created', status, message, attempt FROM created ORDER BY id;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_record_created AFTER INSERT ON "public".sync_operations
REFERENCING NEW TABLE AS created
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_operations_record_created();

-- A removal is remembered in its own transaction, whoever deletes. The topic is the trigger's argument.
CREATE FUNCTION "public".sync_record_removals() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO "public".sync_removals (topic, id) SELECT TG_ARGV[0], id::text FROM removed;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_record_removals AFTER DELETE ON "public".sync_operations
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_record_removals('operations');
CREATE TRIGGER connection_status_record_removals AFTER DELETE ON "public".connection_status
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_record_removals('connections');

-- TRUNCATE shows no rows, so nobody can be told which ones went: every cursor up to now gets a snapshot instead.
CREATE FUNCTION "public".sync_raise_floor() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO "public".sync_topic_floors (topic, floor)
  VALUES (TG_ARGV[0], (pg_current_xact_id()::text::numeric + 1)::text::xid8)
  ON CONFLICT (topic) DO UPDATE SET floor = excluded.floor;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_raise_floor AFTER TRUNCATE ON "public".sync_operations
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_raise_floor('operations');
CREATE TRIGGER connection_status_raise_floor AFTER TRUNCATE ON "public".connection_status
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_raise_floor('connections');

-- The hint to other nodes: once a statement and without a payload. Postgres folds equal notifications of a transaction
-- into one, so a transaction sends one however many of these tables it writes. Commits that notify queue on one
-- lock for the whole server, which is why this is never done per row.
CREATE FUNCTION "public".sync_hint() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('sync_status', '');
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_operations_hint AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "public".sync_operations
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_hint();
CREATE TRIGGER sync_operation_events_hint AFTER INSERT ON "public".sync_operation_events
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_hint();
CREATE TRIGGER sync_operation_items_hint AFTER INSERT OR UPDATE ON "public".sync_operation_items
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_hint();
CREATE TRIGGER connection_status_hint AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "public".connection_status
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_hint();
CREATE TRIGGER sync_health_hint AFTER INSERT OR UPDATE ON "public".sync_health
FOR EACH STATEMENT EXECUTE FUNCTION "public".sync_hint();
$syncwatch_sql$;
  INSERT INTO public.sync_migrations (number, name, checksum) VALUES (2, 'change-tracking', '1f7613a467cbb7880924d87815e935826a6c0905a49f14f14fffd6e037153b08');
END
$syncwatch$;

-- 0003-operation-functions
DO $syncwatch$
DECLARE
  known text := (SELECT checksum FROM public.sync_migrations WHERE number = 3);
  taken text;
BEGIN
  IF known = '41e32425762b6d71872ed7cc9f8f6754a167be47ca46ad862c551e02fe091e90' THEN
    RETURN;
  ELSIF known IS NOT NULL THEN
    RAISE EXCEPTION 'The migration 3 (operation-functions) of this database is not the one of this file. Nothing was changed.';
  END IF;
  SELECT c.relname INTO taken FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname::text = ANY (ARRAY[]::text[])
  ORDER BY 1 LIMIT 1;
  IF taken IS NOT NULL THEN
    RAISE EXCEPTION '"public"."%" is already there and was not made by Syncwatch. Nothing was changed.', taken;
  END IF;
  EXECUTE $syncwatch_sql$
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
CREATE FUNCTION "public".sync_lock_operation(id text, attempt integer) RETURNS "public".sync_operations
LANGUAGE plpgsql
AS $$
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
$$;

CREATE FUNCTION "public".sync_refuse_ended(operation "public".sync_operations, wish text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  IF operation.status IN ('completed', 'failed', 'cancelled') THEN
    RAISE EXCEPTION 'The operation is %, and that is final: it cannot %. Retry it as a new operation instead.',
      operation.status, wish USING ERRCODE = 'SW002';
  END IF;
END
$$;

CREATE FUNCTION "public".create_sync_operation(
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
$$;

-- Absent, or a whole number that JavaScript can hold too.
CREATE FUNCTION "public".sync_is_count(value numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT value IS NULL OR (value BETWEEN 0 AND 9007199254740991 AND value = trunc(value)) $$;

-- The percent that counts alone give: of items where their total is known and above 0, else of bytes, else none.
CREATE FUNCTION "public".sync_percent_of_counts(
  processed_items numeric, total_items numeric, processed_bytes numeric, total_bytes numeric
) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN total_items > 0 THEN least(99, div(100 * processed_items, total_items))
    WHEN total_bytes > 0 THEN least(99, div(100 * processed_bytes, total_bytes))
  END::double precision
$$;

CREATE FUNCTION "public".start_sync_operation(id text, attempt integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
AS $$
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
$$;

-- What is left out stays as it is. Percent and counts never go back; 100 is kept as 99 with the phase `finishing`.
CREATE FUNCTION "public".update_sync_progress(
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
$$;

-- completed means 100 %; failed and cancelled keep the percent they reached.
CREATE FUNCTION "public".complete_sync_operation(
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
$$;

-- A worker that holds the operation (a lease that has not run out, or a job: an owner without an end) is asked to stop,
-- and the operation stays in_progress until it does. One that nobody holds is cancelled at once. Returns the status.
CREATE FUNCTION "public".cancel_sync_operation(id text) RETURNS text
LANGUAGE plpgsql
AS $$
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
$$;

-- The twins for SQL callers that hold a uuid.
CREATE FUNCTION "public".start_sync_operation(operation_id uuid, attempt integer DEFAULT NULL) RETURNS void
LANGUAGE sql
AS $$ SELECT "public".start_sync_operation(operation_id::text, attempt) $$;

CREATE FUNCTION "public".update_sync_progress(
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
  SELECT "public".update_sync_progress(
    operation_id::text, progress, processed, failed, message, phase, total, processed_bytes, total_bytes, attempt)
$$;

CREATE FUNCTION "public".complete_sync_operation(
  operation_id uuid,
  status text DEFAULT 'completed',
  error_details jsonb DEFAULT NULL,
  message text DEFAULT NULL,
  attempt integer DEFAULT NULL
) RETURNS void
LANGUAGE sql
AS $$ SELECT "public".complete_sync_operation(operation_id::text, status, error_details, message, attempt) $$;

CREATE FUNCTION "public".cancel_sync_operation(operation_id uuid) RETURNS text
LANGUAGE sql
AS $$ SELECT "public".cancel_sync_operation(operation_id::text) $$;
$syncwatch_sql$;
  INSERT INTO public.sync_migrations (number, name, checksum) VALUES (3, 'operation-functions', '41e32425762b6d71872ed7cc9f8f6754a167be47ca46ad862c551e02fe091e90');
END
$syncwatch$;

-- 0004-following-functions
DO $syncwatch$
DECLARE
  known text := (SELECT checksum FROM public.sync_migrations WHERE number = 4);
  taken text;
BEGIN
  IF known = 'a956ccca15d5306d159d62023842e2da7331fbabe954403e70c1d4a3085f5032' THEN
    RETURN;
  ELSIF known IS NOT NULL THEN
    RAISE EXCEPTION 'The migration 4 (following-functions) of this database is not the one of this file. Nothing was changed.';
  END IF;
  SELECT c.relname INTO taken FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname::text = ANY (ARRAY[]::text[])
  ORDER BY 1 LIMIT 1;
  IF taken IS NOT NULL THEN
    RAISE EXCEPTION '"public"."%" is already there and was not made by Syncwatch. Nothing was changed.', taken;
  END IF;
  EXECUTE $syncwatch_sql$
-- Following along, keeping history, and knowing which history it is.

-- A row as everybody outside the database sees it: without the transaction ids, times in UTC with milliseconds.
CREATE FUNCTION "public".sync_operation_json(o "public".sync_operations) RETURNS jsonb
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
CREATE FUNCTION "public".sync_status_changes(cursor text DEFAULT NULL, epoch text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
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
$$;

-- Names the history that cursors belong to, and renews the name when rows or transaction ids are not the ones it stood for.
-- Called at each start of a node; callers take turns on the row.
CREATE FUNCTION "public".sync_check_epoch() RETURNS uuid
LANGUAGE plpgsql
AS $$
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
$$;

-- Nothing that is visible can be of a transaction at or after the snapshot's xmax, unless it comes from elsewhere. Asked in one
-- statement, so that the rows and the bound are of the same snapshot.
CREATE FUNCTION "public".sync_holds_future() RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
  SELECT EXISTS (
    SELECT FROM (
      SELECT changed_xid FROM "public".sync_operations WHERE status IN ('pending', 'in_progress')
      UNION ALL (SELECT ended_xid FROM "public".sync_operations
                 WHERE ended_xid IS NOT NULL ORDER BY ended_xid DESC LIMIT 1)
      UNION ALL SELECT changed_xid FROM "public".connection_status
      UNION ALL SELECT changed_xid FROM "public".sync_health
    ) t WHERE t.changed_xid >= pg_snapshot_xmax(pg_current_snapshot()))
$$;
SELECT "public".sync_check_epoch();

-- How operations went: those that ended within the window. Rates are 0 to 1, durations milliseconds.
CREATE FUNCTION "public".sync_metrics("window" interval DEFAULT '24 hours') RETURNS jsonb
LANGUAGE sql STABLE
AS $$
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
$$;

-- Keeps the health and metrics of this moment. The health is the last report of a running node; where none ever ran, it is
-- judged by the share of failures in the last 24 hours alone.
CREATE FUNCTION "public".create_sync_snapshot(type text DEFAULT 'manual') RETURNS uuid
LANGUAGE plpgsql
AS $$
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
$$;

-- Removes what ended longer than `keep` ago or is not among the `keep_count` that ended last, the oldest first. Open operations
-- are never removed. A large delete is a long transaction, so one call removes at most `batch` of each kind and ten times as
-- many details (items and events, which go before their operation): call it again until it returns zeros. What is
-- remembered only for a short while (removals, tickets, keys of requests) goes when its own time is over.
CREATE FUNCTION "public".cleanup_sync_status(
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
$$;
$syncwatch_sql$;
  INSERT INTO public.sync_migrations (number, name, checksum) VALUES (4, 'following-functions', 'a956ccca15d5306d159d62023842e2da7331fbabe954403e70c1d4a3085f5032');
END
$syncwatch$;

-- 0005-supabase
DO $syncwatch$
DECLARE
  known text := (SELECT checksum FROM public.sync_migrations WHERE number = 5);
  taken text;
BEGIN
  IF known = '4c8ef7a1dc34dedae3290b9b817cacdc611ab20afa7f5ca714abcdd862f22964' THEN
    RETURN;
  ELSIF known IS NOT NULL THEN
    RAISE EXCEPTION 'The migration 5 (supabase) of this database is not the one of this file. Nothing was changed.';
  END IF;
  SELECT c.relname INTO taken FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname::text = ANY (ARRAY[]::text[])
  ORDER BY 1 LIMIT 1;
  IF taken IS NOT NULL THEN
    RAISE EXCEPTION '"public"."%" is already there and was not made by Syncwatch. Nothing was changed.', taken;
  END IF;
  EXECUTE $syncwatch_sql$
-- Only where the database is dressed like Supabase: signed-in users may read what goes on, nobody but the service role may
-- write it, and connections (addresses, browsers), tickets and keys are for the service role alone. With row-level
-- security on and no policy a table shows nothing.
DO $do$
DECLARE
  name text;
BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role')) < 3 THEN
    RETURN;
  END IF;
  FOREACH name IN ARRAY ARRAY[
    'sync_operations', 'sync_operation_events', 'sync_operation_items', 'sync_status_snapshots', 'sync_health',
    'sync_removals', 'sync_topic_floors', 'sync_epoch', 'connection_status', 'sync_nodes', 'sync_health_acknowledgements',
    'sync_tickets_used', 'sync_idempotency_keys', 'sync_migrations'
  ] LOOP
    EXECUTE format('ALTER TABLE "public".%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT ALL ON "public".%I TO service_role', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY[
    'sync_operations', 'sync_operation_events', 'sync_operation_items', 'sync_status_snapshots', 'sync_health',
    'sync_removals', 'sync_topic_floors', 'sync_epoch'
  ] LOOP
    EXECUTE format('GRANT SELECT ON "public".%I TO authenticated', name);
    EXECUTE format('CREATE POLICY %I ON "public".%I FOR SELECT TO authenticated USING (true)',
                   name || '_read', name);
  END LOOP;
  GRANT USAGE ON SCHEMA "public" TO authenticated, service_role;
END
$do$;

-- Supabase's own realtime can follow too. A publication for all tables has ours already.
DO $do$
BEGIN
  IF EXISTS (SELECT FROM pg_publication WHERE pubname = 'supabase_realtime' AND NOT puballtables) THEN
    ALTER PUBLICATION supabase_realtime
      ADD TABLE "public".sync_operations, "public".sync_operation_events, "public".sync_status_snapshots;
  END IF;
END
$do$;
$syncwatch_sql$;
  INSERT INTO public.sync_migrations (number, name, checksum) VALUES (5, 'supabase', '4c8ef7a1dc34dedae3290b9b817cacdc611ab20afa7f5ca714abcdd862f22964');
END
$syncwatch$;

COMMIT;
