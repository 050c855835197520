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
  state text NOT NULL DEFAULT 'idle' CHECK (state IN ('idle', 'syncing', 'unavailable')),
  -- A paused store is synced by hand alone: not by its schedule, not after a change on either side.
  is_paused boolean NOT NULL DEFAULT false,
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
  -- Which copy of the marker it was (a folder: its inode): another one means that the place was put back from a backup.
  identity_copy text,
  -- The filter, prefix or account that the base rows were recorded under: a changed scope never deletes.
  scope jsonb NOT NULL DEFAULT '{}',
  asset_count bigint NOT NULL DEFAULT 0,
  total_bytes bigint NOT NULL DEFAULT 0,
  differ_count bigint,
  failed_count bigint NOT NULL DEFAULT 0,
  -- End of the last run whose listing was complete.
  verified_at timestamptz,
  -- End of the last complete run that left nothing different: since then both sides were never seen to differ if it is `verified_at`.
  converged_at timestamptz,
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
  sha256 text CHECK (octet_length(sha256) = 64 AND sha256 !~ '[^0-9a-f]'),
  size bigint NOT NULL CHECK (size >= 0),
  mime_type text,
  width integer CHECK (width > 0),
  height integer CHECK (height > 0),
  -- When the content was last changed where it came from.
  content_modified_at timestamptz,
  -- Raised by each change that a person would notice (content, key, metadata, trash), never by bookkeeping: what a change is
  -- conditional on. A trigger sees to it.
  revision bigint NOT NULL DEFAULT 1,
  -- Metadata.
  display_name text,
  description text,
  alt_text text,
  tags text[] NOT NULL DEFAULT '{}',
  custom jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(custom) = 'object'),
  metadata_modified_at timestamptz,
  -- Trash.
  trashed_at timestamptz,
  trashed_by text,
  trash_reason text,
  -- Who deleted it after being shown how many files go. Such a delete travels to the stores without being counted by gate 4.
  trash_approved_by text,
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
  -- What the asset said of itself then; null where only the content was kept.
  metadata jsonb,
  content_modified_at timestamptz,
  reason text NOT NULL,
  operation_id uuid,
  replaced_by text,
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
  -- The name that it is being given there, written before the store is asked for it: after a crash it stands under either.
  moving_to text COLLATE "C" CHECK (octet_length(moving_to) <= 2048),
  -- Version or ETag: changes whenever the content may have changed.
  remote_version text NOT NULL,
  remote_size bigint NOT NULL,
  remote_modified_at timestamptz,
  -- The content both sides had. Null in reference mode where it was never hashed.
  content_sha256 text,
  agreed_metadata jsonb NOT NULL DEFAULT '{}',
  -- Changes whenever the metadata in the store may have changed.
  remote_metadata_version text,
  -- The asset's revision that was agreed on: another one is the cheap evidence that the library's side changed. Null: not known.
  library_revision bigint,
  -- An asset counts as verified at the later of this and the end of the last complete run that did not list it as different.
  verified_at timestamptz,
  differs_since timestamptz,
  -- Why it differs, where the last attempt failed.
  error_code text,
  tombstoned_at timestamptz,
  -- Which side began: `store` was inferred from absence there, `library` was decided here, `both` was found gone on both.
  tombstone_cause text CHECK (tombstone_cause IN ('store', 'library', 'both')),
  -- The named person who approved this delete; gate 4 counts those of the last 24 h that nobody approved.
  approved_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT media_replicas_tombstone CHECK ((state = 'tombstone') = (tombstoned_at IS NOT NULL)),
  CONSTRAINT media_replicas_asset CHECK (asset_id IS NOT NULL OR state = 'tombstone')
);
-- One base a store and asset. Also the replicas of an asset (asset first) and what the foreign key looks for.
CREATE UNIQUE INDEX media_replicas_asset_store ON :"schema".media_replicas (asset_id, store_id);
-- The base side of a run's join. Not unique: within a run names may be swapped.
CREATE INDEX media_replicas_store_key ON :"schema".media_replicas (store_id, remote_key);
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
  modified_at timestamptz,
  metadata_version text
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
  revision bigint NOT NULL DEFAULT 1,
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

-- What a gate held back, for a person to look at, approve or drop. An approval holds for exactly the evidence in the rows.
CREATE TABLE :"schema".held_plans (
  id uuid PRIMARY KEY DEFAULT :"schema".uuid7(),
  store_id uuid NOT NULL REFERENCES :"schema".stores (id) ON DELETE CASCADE,
  operation_id uuid,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'dropped', 'expired', 'done')),
  -- The gates that are closed: [{gate, guards, message}].
  gates jsonb NOT NULL,
  counts jsonb NOT NULL DEFAULT '{}',
  -- Hash of the rows' evidence: a run that would hold back the same again finds the plan that is there.
  fingerprint text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by text
);
-- One plan a store waits for a decision or for being performed.
CREATE UNIQUE INDEX held_plans_open ON :"schema".held_plans (store_id) WHERE state IN ('pending', 'approved');
-- What is over is kept a while, by age.
CREATE INDEX held_plans_age ON :"schema".held_plans (created_at);

CREATE TABLE :"schema".held_plan_rows (
  plan_id uuid NOT NULL REFERENCES :"schema".held_plans (id) ON DELETE CASCADE,
  seq bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  asset_id uuid,
  rule text NOT NULL,
  settlement jsonb NOT NULL,
  -- The evidence. Null: there was none (no base, absent in the store, no asset).
  base_version text,
  store_version text,
  library_revision bigint,
  size bigint,
  PRIMARY KEY (plan_id, seq)
);

-- Both sides changed. What a policy decided stands here to be looked at and undone, what none could decide to be decided.
CREATE TABLE :"schema".media_conflicts (
  id uuid PRIMARY KEY DEFAULT :"schema".uuid7(),
  store_id uuid REFERENCES :"schema".stores (id) ON DELETE SET NULL,
  asset_id uuid REFERENCES :"schema".media_assets (id) ON DELETE CASCADE,
  -- The conflict copy: the side that did not keep the key, an asset of its own.
  copy_asset_id uuid REFERENCES :"schema".media_assets (id) ON DELETE SET NULL,
  operation_id uuid,
  key text COLLATE "C" NOT NULL,
  rule text NOT NULL,
  -- `held`: nothing was done, both sides still differ. Otherwise the policy that decided.
  outcome text NOT NULL CHECK (outcome IN ('held', 'keep-both', 'newer', 'library', 'store')),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved', 'undone')),
  -- Each side as it was: {key, sha256, size, modified_at, metadata, version, revision}; null where it was gone.
  library_side jsonb,
  store_side jsonb,
  -- What became of it. For a held one the next run does it, then `applied_at` is set.
  resolution text CHECK (resolution IN ('library', 'store', 'both')),
  resolved_by text,
  resolved_at timestamptz,
  applied_at timestamptz,
  -- What `undo` needs to put things back.
  undo jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- The inbox, and all conflicts, latest first.
CREATE INDEX media_conflicts_state ON :"schema".media_conflicts (state, created_at, id);
-- One open conflict a store and asset: the same one found again is that one.
CREATE UNIQUE INDEX media_conflicts_open ON :"schema".media_conflicts (store_id, asset_id) WHERE state = 'open';
-- The conflicts of an asset; what the foreign keys look for.
CREATE INDEX media_conflicts_asset ON :"schema".media_conflicts (asset_id);
CREATE INDEX media_conflicts_copy ON :"schema".media_conflicts (copy_asset_id) WHERE copy_asset_id IS NOT NULL;

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

CREATE FUNCTION :"schema".raise_revision() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.revision := greatest(NEW.revision, OLD.revision + 1);
  IF (NEW.display_name, NEW.description, NEW.alt_text, NEW.tags, NEW.custom)
       IS DISTINCT FROM (OLD.display_name, OLD.description, OLD.alt_text, OLD.tags, OLD.custom)
     AND NEW.metadata_modified_at IS NOT DISTINCT FROM OLD.metadata_modified_at THEN
    NEW.metadata_modified_at := now();
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER media_assets_raise_revision BEFORE UPDATE ON :"schema".media_assets
FOR EACH ROW WHEN (
  (NEW.key, NEW.sha256, NEW.size, NEW.display_name, NEW.description, NEW.alt_text, NEW.tags, NEW.custom, NEW.trashed_at)
  IS DISTINCT FROM
  (OLD.key, OLD.sha256, OLD.size, OLD.display_name, OLD.description, OLD.alt_text, OLD.tags, OLD.custom, OLD.trashed_at))
EXECUTE FUNCTION :"schema".raise_revision();

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
