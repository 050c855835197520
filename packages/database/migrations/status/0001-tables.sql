-- The tables of the status system. `:"schema"` stands for the schema that the migrator was asked to use.

-- Ids sort by the time they were made, so that inserts stay at the right edge of each index. Postgres has uuidv7()
-- from 18 on only; this is the same layout (48 bits of milliseconds, 12 bits of their fraction, 62 random bits), so
-- ids that one session makes one after the other also sort that way.
CREATE FUNCTION :"schema".sync_uuid7() RETURNS uuid
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
CREATE TABLE :"schema".sync_operations (
  id uuid PRIMARY KEY DEFAULT :"schema".sync_uuid7(),
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
CREATE INDEX sync_operations_open ON :"schema".sync_operations (id) WHERE status IN ('pending', 'in_progress');
-- The cursor's other half: operations that ended since.
CREATE INDEX sync_operations_ended_xid ON :"schema".sync_operations (ended_xid) WHERE ended_xid IS NOT NULL;
-- Lists go newest first by (created_at, id), one index for each filter they offer. created_at never changes.
CREATE INDEX sync_operations_created ON :"schema".sync_operations (created_at, id);
CREATE INDEX sync_operations_status_created ON :"schema".sync_operations (status, created_at, id);
CREATE INDEX sync_operations_type_created ON :"schema".sync_operations (operation_type, created_at, id);
CREATE INDEX sync_operations_store_created ON :"schema".sync_operations (store_id, created_at, id)
  WHERE store_id IS NOT NULL;
-- Metrics, health and retention look at what ended in a window of time.
CREATE INDEX sync_operations_end_time ON :"schema".sync_operations (end_time) WHERE end_time IS NOT NULL;

-- The timeline of an operation, append-only. Removed with its operation.
CREATE TABLE :"schema".sync_operation_events (
  id uuid PRIMARY KEY DEFAULT :"schema".sync_uuid7(),
  rev bigint NOT NULL DEFAULT 1,
  operation_id uuid NOT NULL REFERENCES :"schema".sync_operations (id) ON DELETE CASCADE,
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
CREATE INDEX sync_operation_events_timeline ON :"schema".sync_operation_events (operation_id, id);
-- The topic `events:<operation>` reads what is new since its cursor.
CREATE INDEX sync_operation_events_changed ON :"schema".sync_operation_events (operation_id, changed_xid);

-- What happened to each asset within an operation. The id is a hash, so that a key of any length has one short name and
-- one index; writers say ON CONFLICT (id). The foreign key costs a quarter of the rate of bulk inserts (57,000 against 78,000
-- items/s) and is worth it: nobody with psql can leave items without their operation.
CREATE TABLE :"schema".sync_operation_items (
  id uuid PRIMARY KEY GENERATED ALWAYS AS (md5(operation_id::text || ':' || item_key)::uuid) STORED,
  rev bigint NOT NULL DEFAULT 1,
  operation_id uuid NOT NULL REFERENCES :"schema".sync_operations (id) ON DELETE CASCADE,
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
CREATE INDEX sync_operation_items_created ON :"schema".sync_operation_items (operation_id, created_at, id);
-- "Show me the failures" of a run of a million.
CREATE INDEX sync_operation_items_failed ON :"schema".sync_operation_items (operation_id, created_at, id)
  WHERE state = 'failed';
-- The topic `items:<operation>` reads what changed since its cursor. An item is written once or twice, so HOT is not at
-- stake here.
CREATE INDEX sync_operation_items_changed ON :"schema".sync_operation_items (operation_id, changed_xid);

-- One row a client, written in batches. No index on changed_xid: all clients of a system are few enough to scan, and
-- every ping would pay for it.
CREATE TABLE :"schema".connection_status (
  id uuid PRIMARY KEY DEFAULT :"schema".sync_uuid7(),
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
CREATE INDEX connection_status_open ON :"schema".connection_status (node_id) WHERE status <> 'disconnected';

-- The processes that share this database. A node whose heartbeat is old is dead: the others close its connections and
-- recover its operations.
CREATE TABLE :"schema".sync_nodes (
  node_id text PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  metadata jsonb NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);

-- Health and metrics as they were, for charts.
CREATE TABLE :"schema".sync_status_snapshots (
  id uuid PRIMARY KEY DEFAULT :"schema".sync_uuid7(),
  snapshot_type text NOT NULL CHECK (snapshot_type IN ('hourly', 'daily', 'manual', 'error')),
  health jsonb NOT NULL DEFAULT '{}',
  metrics jsonb NOT NULL DEFAULT '{}',
  active_operations integer NOT NULL DEFAULT 0,
  connected_clients integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- Lists and charts, newest first, of all types or of one; retention by age.
CREATE INDEX sync_status_snapshots_created ON :"schema".sync_status_snapshots (created_at, id);
CREATE INDEX sync_status_snapshots_type_created ON :"schema".sync_status_snapshots (snapshot_type, created_at, id);

-- The last health report, one row: the topic `health`, and the memory of its hysteresis across nodes and restarts.
CREATE TABLE :"schema".sync_health (
  id text PRIMARY KEY DEFAULT 'system' CHECK (id = 'system'),
  rev bigint NOT NULL DEFAULT 1,
  report jsonb NOT NULL DEFAULT '{}',
  -- What the evaluation needs to remember between two reports, such as since when a change has been holding.
  memory jsonb NOT NULL DEFAULT '{}',
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- A person has seen a reason and says until when it is accepted. The newest of a code counts.
CREATE TABLE :"schema".sync_health_acknowledgements (
  id uuid PRIMARY KEY DEFAULT :"schema".sync_uuid7(),
  code text NOT NULL,
  -- How bad the reason was then: a worse one is news, whatever was said of this.
  severity text NOT NULL DEFAULT 'critical' CHECK (severity IN ('healthy', 'warning', 'critical')),
  acknowledged_by text NOT NULL,
  note text NOT NULL DEFAULT '',
  until timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- Those that still hold; expired ones are few.
CREATE INDEX sync_health_acknowledgements_until ON :"schema".sync_health_acknowledgements (until);

-- What was removed from a topic, so that a replica that was away drops it too. Kept an hour; purging raises the floor.
CREATE TABLE :"schema".sync_removals (
  topic text NOT NULL,
  id text NOT NULL,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  removed_at timestamptz NOT NULL DEFAULT now()
);
-- What was removed since a cursor.
CREATE INDEX sync_removals_cursor ON :"schema".sync_removals (topic, changed_xid);
-- Purging by age.
CREATE INDEX sync_removals_age ON :"schema".sync_removals (removed_at);

-- A cursor of a topic below its floor cannot be resumed (removals that it would need were purged): it gets a snapshot.
CREATE TABLE :"schema".sync_topic_floors (
  topic text PRIMARY KEY,
  floor xid8 NOT NULL
);

-- Which history the transaction ids in our cursors belong to, one row. Renewed when the server, its timeline, the database
-- or the table is another one than it says: after a failover, a copy, or a restore on the same or on another server.
CREATE TABLE :"schema".sync_epoch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch uuid NOT NULL DEFAULT gen_random_uuid(),
  system_identifier text,
  timeline bigint,
  database_oid oid,
  table_oid oid,
  renewed_at timestamptz NOT NULL DEFAULT now()
);

-- Nonces of realtime tickets that were used: the primary key is the proof that a ticket opens one connection only.
CREATE TABLE :"schema".sync_tickets_used (
  nonce text PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
-- Purging what has expired.
CREATE INDEX sync_tickets_used_expires ON :"schema".sync_tickets_used (expires_at);

-- Answers that were given under an Idempotency-Key. `response_status` is null while the first request is under way.
CREATE TABLE :"schema".sync_idempotency_keys (
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
CREATE INDEX sync_idempotency_keys_expires ON :"schema".sync_idempotency_keys (expires_at);
