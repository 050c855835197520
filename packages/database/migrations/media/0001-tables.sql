-- The library, its stores and what both last agreed on. Always in the schema `syncwatch`, which this set owns.

-- Ids are made by the application (uuid v7). Keys compare by their bytes: NFC and NFD spellings of one name are two keys,
-- as they are two files on most file systems.
CREATE TABLE :"schema".stores (
  id uuid PRIMARY KEY,
  rev bigint NOT NULL DEFAULT 1,
  name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
  kind text NOT NULL CHECK (kind IN ('folder', 's3', 'cloudinary', 'webdav')),
  mode text NOT NULL CHECK (mode IN ('two-way', 'pull', 'push')),
  content_mode text NOT NULL CHECK (content_mode IN ('full', 'reference')),
  location text NOT NULL,
  -- What the driver needs beyond the location. Never credentials.
  config jsonb NOT NULL DEFAULT '{}',
  -- Who the store said it was when it was first read (gate 9): our marker in it, and what the place itself tells.
  identity_marker text,
  identity_place text,
  state text NOT NULL DEFAULT 'idle' CHECK (state IN ('idle', 'syncing', 'paused', 'unavailable')),
  asset_count bigint NOT NULL DEFAULT 0,
  total_bytes bigint NOT NULL DEFAULT 0,
  differ_count bigint,
  failed_count bigint NOT NULL DEFAULT 0,
  verified_at timestamptz,
  last_operation_id uuid,
  last_error jsonb,
  next_run_at timestamptz,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- A run whose listing was complete. It alone says that all that was not among its differences was verified then, so a run
-- without changes writes this row and no asset.
CREATE TABLE :"schema".store_runs (
  store_id uuid NOT NULL REFERENCES :"schema".stores (id) ON DELETE CASCADE,
  operation_id uuid NOT NULL,
  listed_count bigint NOT NULL,
  differ_count bigint NOT NULL,
  -- When the listing began: what was not among the differences was so at this time or later.
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (store_id, operation_id)
);
-- The newest run of a store, and retention.
CREATE INDEX store_runs_finished ON :"schema".store_runs (store_id, finished_at);

CREATE TABLE :"schema".media_assets (
  id uuid PRIMARY KEY,
  rev bigint NOT NULL DEFAULT 1,
  -- The logical key: folder and name, `/`-separated.
  key text COLLATE "C" NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 1024),
  -- Raised by each change of content, key or metadata: what optimistic locking compares. (`rev` also grows with what is
  -- merely found out, such as dimensions.)
  revision bigint NOT NULL DEFAULT 1,
  content_sha256 text NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL CHECK (size >= 0),
  mime_type text NOT NULL,
  -- Whether the vault keeps the bytes, or a store alone (content mode `reference`).
  content_kept boolean NOT NULL,
  width integer,
  height integer,
  duration_ms bigint,
  -- Dimensions and thumbnail are found out by jobs of their own.
  media_state text NOT NULL DEFAULT 'pending' CHECK (media_state IN ('pending', 'done', 'failed', 'none')),
  media_error text,
  media_attempts integer NOT NULL DEFAULT 0,
  media_due_at timestamptz NOT NULL DEFAULT now(),
  metadata jsonb NOT NULL DEFAULT '{}',
  -- In the trash since then.
  deleted_at timestamptz,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- One live asset a key; the join of plans, and finding an asset by its key.
CREATE UNIQUE INDEX media_assets_live_key ON :"schema".media_assets (key) WHERE deleted_at IS NULL;
-- Which assets a content belongs to: identical files, and what the vault may drop.
CREATE INDEX media_assets_content ON :"schema".media_assets (content_sha256);
-- What the media jobs still have to look at: few, or none.
CREATE INDEX media_assets_media_due ON :"schema".media_assets (media_due_at) WHERE media_state = 'pending';
-- The topic `assets` reads what changed since its cursor. Assets change seldom, so this costs no HOT update that counts.
CREATE INDEX media_assets_changed ON :"schema".media_assets (changed_xid);

-- The base: what library and store last agreed on, one row an asset and store.
CREATE TABLE :"schema".media_replicas (
  asset_id uuid NOT NULL REFERENCES :"schema".media_assets (id) ON DELETE CASCADE,
  store_id uuid NOT NULL REFERENCES :"schema".stores (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  remote_id text,
  -- The store's version and what it holds, and the library's revision, all as of the agreement.
  version text NOT NULL,
  content_sha256 text NOT NULL,
  size bigint NOT NULL,
  modified_at timestamptz,
  revision bigint NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  -- Among the differences of the last complete run. While false, the asset was verified when that run was.
  differs boolean NOT NULL DEFAULT false,
  verified_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (store_id, asset_id)
);
-- The join of a listing with the base.
CREATE UNIQUE INDEX media_replicas_key ON :"schema".media_replicas (store_id, key);
-- The replicas of an asset, and what the foreign key's cascade looks for.
CREATE INDEX media_replicas_asset ON :"schema".media_replicas (asset_id);

-- What was removed from the topics `stores` and `assets`, kept an hour.
CREATE TABLE :"schema".media_removals (
  topic text NOT NULL,
  id text NOT NULL,
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  removed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX media_removals_cursor ON :"schema".media_removals (topic, changed_xid);
CREATE INDEX media_removals_age ON :"schema".media_removals (removed_at);

-- As in the status set: each write raises `rev` and names its transaction, a removal is remembered, other nodes get a hint.
CREATE FUNCTION :"schema".media_complete_row() RETURNS trigger
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
EXECUTE FUNCTION :"schema".media_complete_row();
-- A claim of a media job changes nothing that anybody is shown.
CREATE TRIGGER media_assets_update_row BEFORE UPDATE ON :"schema".media_assets
FOR EACH ROW WHEN (
  (NEW.rev <= OLD.rev OR NEW.changed_xid <> pg_current_xact_id())
  AND NEW.media_attempts = OLD.media_attempts
) EXECUTE FUNCTION :"schema".media_complete_row();

CREATE FUNCTION :"schema".media_record_removals() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO :"schema".media_removals (topic, id) SELECT TG_ARGV[0], id::text FROM removed;
  DELETE FROM :"schema".media_removals WHERE removed_at < now() - interval '1 hour';
  RETURN NULL;
END
$$;
CREATE TRIGGER stores_record_removals AFTER DELETE ON :"schema".stores
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".media_record_removals('stores');
CREATE TRIGGER media_assets_record_removals AFTER DELETE ON :"schema".media_assets
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".media_record_removals('assets');

CREATE FUNCTION :"schema".media_hint() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('sync_status', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER stores_hint AFTER INSERT OR UPDATE OR DELETE ON :"schema".stores
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".media_hint();
CREATE TRIGGER media_assets_hint AFTER INSERT OR UPDATE OR DELETE ON :"schema".media_assets
FOR EACH STATEMENT EXECUTE FUNCTION :"schema".media_hint();
