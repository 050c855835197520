-- The library, its stores and what both last agreed on. This set owns its schema; `:"schema"` stands for it.

-- As in the status set, which need not be in the same schema.
CREATE FUNCTION :"schema".uuid7() RETURNS uuid
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

-- Keys are compared and sorted by their bytes everywhere: COLLATE "C" gives the same order on every server, and makes
-- the joins of a run merge what they sort. 2,048 bytes is what an index entry can hold beside a store's id.

CREATE TABLE :"schema".stores (
  id uuid PRIMARY KEY DEFAULT :"schema".uuid7(),
  rev bigint NOT NULL DEFAULT 1,
  name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 255),
  kind text NOT NULL CHECK (kind IN ('folder', 's3', 'cloudinary', 'webdav')),
  mode text NOT NULL DEFAULT 'two-way' CHECK (mode IN ('two-way', 'pull', 'push')),
  content_mode text NOT NULL DEFAULT 'full' CHECK (content_mode IN ('full', 'reference')),
  -- A path or an address, without credentials.
  location text NOT NULL,
  state text NOT NULL DEFAULT 'idle' CHECK (state IN ('idle', 'syncing', 'paused', 'unavailable')),
  -- What the driver needs besides the location.
  config jsonb NOT NULL DEFAULT '{}',
  conflict_policy text NOT NULL DEFAULT 'keep-both'
    CHECK (conflict_policy IN ('keep-both', 'newer', 'library', 'store', 'manual')),
  -- Deletes inferred within 24 h before a person is asked; null means the default of max(10, 10 %).
  delete_limit integer CHECK (delete_limit >= 0),
  -- A cron expression or null for "on events and by hand".
  schedule text,
  -- The marker that was found in the store: another one means another store.
  identity text,
  -- What the place itself told (a folder: device and inode), which recognises a store that we may not write a marker into.
  identity_place text,
  -- The filter, prefix or account that the base rows were recorded under: a changed scope never deletes.
  scope jsonb NOT NULL DEFAULT '{}',
  asset_count bigint NOT NULL DEFAULT 0,
  total_bytes bigint NOT NULL DEFAULT 0,
  differ_count bigint,
  failed_count bigint NOT NULL DEFAULT 0,
  -- End of the last run whose listing was complete.
  verified_at timestamptz,
  last_operation_id uuid,
  last_error jsonb,
  next_run_at timestamptz,
  -- Not indexed: stores are few.
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE :"schema".media_assets (
  id uuid PRIMARY KEY DEFAULT :"schema".uuid7(),
  rev bigint NOT NULL DEFAULT 1,
  -- The logical key: folder and name, '/'-separated, exactly as it was spelled.
  key text COLLATE "C" NOT NULL CHECK (key <> '' AND octet_length(key) <= 2048),
  folder text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    CASE WHEN strpos(key, '/') = 0 THEN '' ELSE left(key, -(strpos(reverse(key), '/'))) END) STORED,
  name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    CASE WHEN strpos(key, '/') = 0 THEN key ELSE right(key, strpos(reverse(key), '/') - 1) END) STORED,
  -- Content. The hash is hex; null where a store in reference mode has not told us.
  sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL CHECK (size >= 0),
  mime_type text,
  width integer CHECK (width > 0),
  height integer CHECK (height > 0),
  duration_ms bigint CHECK (duration_ms >= 0),
  -- When the content was last changed where it came from.
  content_modified_at timestamptz,
  -- Raised when the content changes, unlike `rev`, which any write raises.
  content_rev bigint NOT NULL DEFAULT 1,
  -- Metadata.
  display_name text,
  description text,
  alt_text text,
  tags text[] NOT NULL DEFAULT '{}',
  custom jsonb NOT NULL DEFAULT '{}',
  -- Trash.
  trashed_at timestamptz,
  trashed_by text,
  trash_reason text,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- One live asset a key; any number in the trash. Also the library side of a run's join.
CREATE UNIQUE INDEX media_assets_live_key ON :"schema".media_assets (key) WHERE trashed_at IS NULL;
-- The library grid, newest first, and its pages.
CREATE INDEX media_assets_created ON :"schema".media_assets (created_at, id) WHERE trashed_at IS NULL;
-- Adoption of equal content (rows 7 and 21), and "does anything still need these bytes?".
CREATE INDEX media_assets_sha256 ON :"schema".media_assets (sha256);
-- The topic `assets` reads what changed since its cursor. Assets change seldom, so an index is affordable here.
CREATE INDEX media_assets_changed ON :"schema".media_assets (changed_xid);
-- Purging the trash by age, and its list.
CREATE INDEX media_assets_trashed ON :"schema".media_assets (trashed_at, id) WHERE trashed_at IS NOT NULL;

-- Content that was replaced or trashed and is still kept: every version stays reachable until retention removes it.
CREATE TABLE :"schema".media_asset_versions (
  id uuid PRIMARY KEY DEFAULT :"schema".uuid7(),
  asset_id uuid NOT NULL REFERENCES :"schema".media_assets (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  mime_type text,
  reason text NOT NULL,
  operation_id uuid,
  replaced_at timestamptz NOT NULL DEFAULT now()
);
-- The history of an asset, and what the foreign key's cascade looks for.
CREATE INDEX media_asset_versions_asset ON :"schema".media_asset_versions (asset_id, replaced_at);
-- "Does anything still need these bytes?"
CREATE INDEX media_asset_versions_sha256 ON :"schema".media_asset_versions (sha256);
-- Retention by age.
CREATE INDEX media_asset_versions_age ON :"schema".media_asset_versions (replaced_at);

-- The base: what an asset and a store last agreed on, written together with the outcome that made it so. The agreed
-- metadata is kept whole, because a merge needs the values and not only their hash.
CREATE TABLE :"schema".media_replicas (
  id uuid PRIMARY KEY DEFAULT :"schema".uuid7(),
  store_id uuid NOT NULL REFERENCES :"schema".stores (id) ON DELETE CASCADE,
  -- Null only for a tombstone whose asset was purged.
  asset_id uuid REFERENCES :"schema".media_assets (id) ON DELETE SET NULL,
  state text NOT NULL DEFAULT 'present' CHECK (state IN ('present', 'tombstone')),
  remote_id text,
  remote_key text COLLATE "C" NOT NULL CHECK (octet_length(remote_key) <= 2048),
  -- Version or ETag: changes whenever the content may have changed.
  remote_version text NOT NULL,
  remote_size bigint NOT NULL,
  remote_modified_at timestamptz,
  -- The content both sides had. Null in reference mode where it was never hashed.
  content_sha256 text,
  agreed_metadata jsonb NOT NULL DEFAULT '{}',
  agreed_metadata_hash text,
  -- An asset counts as verified at the later of this and the end of the last complete run that did not list it as different.
  verified_at timestamptz,
  differs_since timestamptz,
  -- Why it differs, where the last attempt failed.
  error_code text,
  tombstoned_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT media_replicas_tombstone CHECK ((state = 'tombstone') = (tombstoned_at IS NOT NULL)),
  CONSTRAINT media_replicas_asset CHECK (asset_id IS NOT NULL OR state = 'tombstone')
);
-- One base a store and asset. Also the replicas of an asset (asset first) and what the foreign key looks for.
CREATE UNIQUE INDEX media_replicas_asset_store ON :"schema".media_replicas (asset_id, store_id);
-- The base side of a run's join. Not unique: within a run names may be swapped.
CREATE INDEX media_replicas_store_key ON :"schema".media_replicas (store_id, remote_key);
-- Renames are found by the store's own id.
CREATE INDEX media_replicas_store_remote_id ON :"schema".media_replicas (store_id, remote_id) WHERE remote_id IS NOT NULL;
-- "3 differ": counted and listed without reading the rest.
CREATE INDEX media_replicas_differs ON :"schema".media_replicas (store_id, differs_since) WHERE differs_since IS NOT NULL;
-- Retention of tombstones.
CREATE INDEX media_replicas_tombstones ON :"schema".media_replicas (tombstoned_at) WHERE state = 'tombstone';

-- A listing that was complete is one row here, instead of a verified time on each of a million replicas.
CREATE TABLE :"schema".store_runs (
  id uuid PRIMARY KEY,
  store_id uuid NOT NULL REFERENCES :"schema".stores (id) ON DELETE CASCADE,
  operation_id uuid,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT now(),
  listed bigint NOT NULL DEFAULT 0,
  differed bigint NOT NULL DEFAULT 0
);
-- The last complete run of a store.
CREATE INDEX store_runs_last ON :"schema".store_runs (store_id, finished_at);

-- Keys of the base that a complete listing did not show, all that is kept of a listing from run to run.
CREATE TABLE :"schema".absent_keys (
  store_id uuid NOT NULL REFERENCES :"schema".stores (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  first_missing_run uuid NOT NULL,
  first_missing_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (store_id, key)
);

-- The shape of a run's listing. Each run makes its own table, so that nothing is left to delete row by row:
--   CREATE UNLOGGED TABLE syncwatch.staging_<run> (LIKE syncwatch.staging_template)
-- fills it by COPY, one commit a page, indexes and analyses it once, joins, and drops it. Unlogged, because a crash
-- costs nothing but listing again. A table left by a dead run is dropped by the next run of its store.
CREATE UNLOGGED TABLE :"schema".staging_template (
  key text COLLATE "C" NOT NULL,
  remote_id text,
  version text NOT NULL,
  size bigint NOT NULL,
  modified_at timestamptz
);

-- Thumbnails and the like, by content and not by asset: equal bytes are rendered once. Dimensions count as one too.
CREATE TABLE :"schema".media_derivatives (
  sha256 text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
  -- The rendered bytes in the vault.
  derived_sha256 text,
  mime_type text,
  width integer,
  height integer,
  size bigint,
  attempts integer NOT NULL DEFAULT 0,
  -- Not before this time. A worker that takes it moves it ahead, so that what a dead worker took comes up again.
  due_at timestamptz NOT NULL DEFAULT now(),
  error_code text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sha256, kind)
);
-- The work that is left, what is due first.
CREATE INDEX media_derivatives_pending ON :"schema".media_derivatives (due_at) WHERE state = 'pending';

CREATE TABLE :"schema".media_collections (
  id uuid PRIMARY KEY DEFAULT :"schema".uuid7(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  description text,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE :"schema".media_collection_assets (
  collection_id uuid NOT NULL REFERENCES :"schema".media_collections (id) ON DELETE CASCADE,
  asset_id uuid NOT NULL REFERENCES :"schema".media_assets (id) ON DELETE CASCADE,
  position integer NOT NULL DEFAULT 0,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (collection_id, asset_id)
);
-- The collections of an asset, and what its cascade looks for.
CREATE INDEX media_collection_assets_asset ON :"schema".media_collection_assets (asset_id);

-- Where the app uses an asset, in the app's own words. An asset in use warns before it is deleted.
CREATE TABLE :"schema".media_usage (
  asset_id uuid NOT NULL REFERENCES :"schema".media_assets (id) ON DELETE CASCADE,
  used_in text NOT NULL,
  reference text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (asset_id, used_in, reference)
);

-- The topics `stores` and `assets`: as in the status set, each write raises `rev` and names its transaction, a removal is
-- remembered, and one hint a statement goes out.
CREATE TABLE :"schema".removals (
  topic text NOT NULL,
  id text NOT NULL,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  removed_at timestamptz NOT NULL DEFAULT now()
);
-- What was removed since a cursor.
CREATE INDEX removals_cursor ON :"schema".removals (topic, changed_xid);
-- Purging by age.
CREATE INDEX removals_age ON :"schema".removals (removed_at);

CREATE FUNCTION :"schema".complete_row() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.rev <= OLD.rev THEN
    NEW.rev := OLD.rev + 1;
  END IF;
  NEW.changed_xid := pg_current_xact_id();
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

CREATE TRIGGER stores_update_row BEFORE UPDATE ON :"schema".stores
FOR EACH ROW WHEN (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
EXECUTE FUNCTION :"schema".complete_row();
CREATE TRIGGER media_assets_update_row BEFORE UPDATE ON :"schema".media_assets
FOR EACH ROW WHEN (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
EXECUTE FUNCTION :"schema".complete_row();

CREATE FUNCTION :"schema".record_removals() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO :"schema".removals (topic, id) SELECT TG_ARGV[0], id::text FROM removed;
  RETURN NULL;
END
$$;

CREATE TRIGGER stores_record_removals AFTER DELETE ON :"schema".stores
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".record_removals('stores');
CREATE TRIGGER media_assets_record_removals AFTER DELETE ON :"schema".media_assets
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".record_removals('assets');

CREATE FUNCTION :"schema".hint() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('sync_status', '');
  RETURN NULL;
END
$$;

CREATE TRIGGER stores_hint AFTER INSERT OR UPDATE OR DELETE ON :"schema".stores
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".hint();
CREATE TRIGGER media_assets_hint AFTER INSERT OR UPDATE OR DELETE ON :"schema".media_assets
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".hint();

-- Called by the upkeep of the status set where there is one: removals older than an hour go, and the floor of their topics is
-- what it gets back.
CREATE FUNCTION :"schema".purge_removals() RETURNS TABLE (topic text, floor xid8)
LANGUAGE sql
AS $$
  WITH purged AS (
    DELETE FROM :"schema".removals r WHERE r.removed_at < now() - interval '1 hour' RETURNING r.topic, r.changed_xid
  )
  SELECT DISTINCT ON (p.topic) p.topic, (p.changed_xid::text::numeric + 1)::text::xid8
  FROM purged p ORDER BY p.topic, p.changed_xid DESC
$$;

-- Called by sync_check_epoch where the history is a new one.
CREATE FUNCTION :"schema".renew_changes() RETURNS void
LANGUAGE sql
AS $$
  UPDATE :"schema".stores SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  UPDATE :"schema".media_assets SET rev = rev WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
  DELETE FROM :"schema".removals;
$$;
