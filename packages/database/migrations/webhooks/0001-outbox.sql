-- Webhooks that go out. This set is applied into the schema of the status set, after both other sets: what is to be told is
-- written by triggers, in the transaction of the change that it tells of. So nothing that was committed is lost, whatever dies
-- afterwards, and nothing that was rolled back is told. A host that has the status system alone does not have this.

CREATE TABLE :"schema".sync_webhook_endpoints (
  id uuid PRIMARY KEY DEFAULT :"schema".sync_uuid7(),
  url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  description text NOT NULL DEFAULT '',
  events text[] NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  -- Why it was switched off, where that was not a person's doing: `gone`, the receiver answered 410.
  disabled_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- As they are, because a signature cannot be made from a hash. Apart from the endpoints, so that who may read those need not
-- be able to sign. Several hold while one is being replaced.
CREATE TABLE :"schema".sync_webhook_secrets (
  id uuid PRIMARY KEY DEFAULT :"schema".sync_uuid7(),
  endpoint_id uuid NOT NULL REFERENCES :"schema".sync_webhook_endpoints (id) ON DELETE CASCADE,
  secret text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Null for the newest.
  expires_at timestamptz
);
-- The secrets of an endpoint; also what the cascade looks for.
CREATE INDEX sync_webhook_secrets_endpoint ON :"schema".sync_webhook_secrets (endpoint_id, created_at);

-- One row an endpoint and event. The payload is text: its bytes are what is signed, the same at each attempt.
CREATE TABLE :"schema".sync_webhook_deliveries (
  id uuid PRIMARY KEY DEFAULT :"schema".sync_uuid7(),
  -- The header webhook-id: the same for all endpoints and over all attempts.
  message_id text NOT NULL,
  -- No foreign key: its check could fail or wait, and with it the change that is only being told of.
  endpoint_id uuid NOT NULL,
  event_type text NOT NULL,
  payload text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  -- Who works on it, and until when nobody else does. An outcome is written only by who has the token still.
  lease_token uuid,
  lease_until timestamptz,
  last_attempt_at timestamptz,
  -- What was answered last; null where there was no answer.
  last_status integer,
  last_error text,
  ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sync_webhook_deliveries_ended CHECK ((state = 'pending') = (ended_at IS NULL))
);
-- What is due of an endpoint, the longest waiting first.
CREATE INDEX sync_webhook_deliveries_due ON :"schema".sync_webhook_deliveries (endpoint_id, next_attempt_at)
  WHERE state = 'pending';
-- The list of an endpoint, latest first, as ids sort. That of all goes by the primary key.
CREATE INDEX sync_webhook_deliveries_endpoint ON :"schema".sync_webhook_deliveries (endpoint_id, id);
-- Retention by age, and "how many could not be delivered lately?".
CREATE INDEX sync_webhook_deliveries_ended ON :"schema".sync_webhook_deliveries (state, ended_at) WHERE ended_at IS NOT NULL;

CREATE FUNCTION :"schema".sync_webhook_time(at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- Whether anybody wants to hear of it: asked first, because nearly always nobody does.
CREATE FUNCTION :"schema".sync_webhook_wanted(type text) RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT EXISTS (SELECT FROM :"schema".sync_webhook_endpoints e WHERE e.enabled AND type = ANY (e.events)) $$;

-- Leaves a message for each endpoint that wants it, or for one alone, whatever that wants. Every text in `data` is cut by who
-- gives it, so 20 kB are never reached; should they be, the receiver is told the ids and reads the rest.
-- Gives the message's id.
CREATE FUNCTION :"schema".sync_webhook_publish(type text, data jsonb, only_to uuid DEFAULT NULL) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  message text := 'msg_' || replace(gen_random_uuid()::text, '-', '');
  at text := :"schema".sync_webhook_time(clock_timestamp());
  body text := json_build_object('type', type, 'timestamp', at, 'data', data)::text;
BEGIN
  IF octet_length(body) >= 20000 THEN
    body := json_build_object('type', type, 'timestamp', at, 'data', (
      SELECT jsonb_object_agg(d.key, d.value) || '{"truncated": true}'
      FROM jsonb_each(data) d WHERE d.key LIKE '%\_id' OR d.key = 'status'))::text;
  END IF;
  INSERT INTO :"schema".sync_webhook_deliveries (message_id, endpoint_id, event_type, payload)
  SELECT message, e.id, type, body FROM :"schema".sync_webhook_endpoints e
  WHERE CASE WHEN only_to IS NULL THEN e.enabled AND type = ANY (e.events) ELSE e.id = only_to END;
  RETURN message;
END
$$;

-- The triggers run as the owner of the tables, so that whoever may change an operation need not be able to read endpoints.
-- Nobody else is to publish in their name.
REVOKE EXECUTE ON FUNCTION :"schema".sync_webhook_publish(text, jsonb, uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION :"schema".sync_webhook_wanted(text) FROM PUBLIC;

-- Hangs on the timeline, which has each end once and whoever wrote it, and not on the operations: progress, which is
-- written a hundred thousand times a second, pays nothing for it.
CREATE FUNCTION :"schema".sync_webhook_operation_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  type text := 'operation.' || NEW.status;
BEGIN
  IF :"schema".sync_webhook_wanted(type) THEN
    PERFORM :"schema".sync_webhook_publish(type, jsonb_build_object(
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
      'start_time', :"schema".sync_webhook_time(o.start_time),
      'end_time', :"schema".sync_webhook_time(o.end_time),
      'message', left(o.message, 500),
      'error', CASE WHEN o.error_details IS NOT NULL THEN jsonb_build_object(
        'code', left(o.error_details ->> 'code', 100), 'message', left(o.error_details ->> 'message', 500)) END))
    FROM :"schema".sync_operations o WHERE o.id = NEW.operation_id;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER sync_webhook_operation_ended AFTER INSERT ON :"schema".sync_operation_events
FOR EACH ROW WHEN (NEW.kind IN ('transition', 'created') AND NEW.status IN ('completed', 'failed'))
EXECUTE FUNCTION :"schema".sync_webhook_operation_ended();

-- The report is the judgement after hysteresis, so what flaps within it is no change here either.
CREATE FUNCTION :"schema".sync_webhook_health_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF :"schema".sync_webhook_wanted('health.changed') THEN
    PERFORM :"schema".sync_webhook_publish('health.changed', jsonb_build_object(
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
$$;

CREATE TRIGGER sync_webhook_health_updated AFTER UPDATE ON :"schema".sync_health
FOR EACH ROW WHEN (NEW.report ->> 'status' IS DISTINCT FROM OLD.report ->> 'status')
EXECUTE FUNCTION :"schema".sync_webhook_health_changed();
-- The first report of a system that is well is no news.
CREATE TRIGGER sync_webhook_health_inserted AFTER INSERT ON :"schema".sync_health
FOR EACH ROW WHEN (NEW.report ->> 'status' <> 'healthy')
EXECUTE FUNCTION :"schema".sync_webhook_health_changed();

-- A conflict that was found again updates the row that is there. What a policy decided by itself waits for nobody.
CREATE FUNCTION :"schema".sync_webhook_conflict_created() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF :"schema".sync_webhook_wanted('conflict.created') THEN
    PERFORM :"schema".sync_webhook_publish('conflict.created', jsonb_build_object(
      'conflict_id', NEW.id, 'store_id', NEW.store_id, 'asset_id', NEW.asset_id, 'operation_id', NEW.operation_id,
      'key', NEW.key, 'rule', NEW.rule, 'outcome', NEW.outcome));
  END IF;
  RETURN NULL;
END
$$;

-- The library is one, whatever schema the status is in: where the schema is changed, the newest is told.
CREATE OR REPLACE TRIGGER sync_webhook_conflict_created AFTER INSERT ON syncwatch.media_conflicts
FOR EACH ROW WHEN (NEW.state = 'open')
EXECUTE FUNCTION :"schema".sync_webhook_conflict_created();

CREATE FUNCTION :"schema".sync_webhook_plan_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF :"schema".sync_webhook_wanted('plan.held') THEN
    PERFORM :"schema".sync_webhook_publish('plan.held', jsonb_build_object(
      'plan_id', NEW.id, 'store_id', NEW.store_id, 'operation_id', NEW.operation_id,
      'rows', NEW.counts -> 'rows',
      'gates', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'gate', g.value -> 'gate', 'guards', left(g.value ->> 'guards', 200), 'message', left(g.value ->> 'message', 500))
          ORDER BY g.ordinality), '[]')
        FROM jsonb_array_elements(NEW.gates) WITH ORDINALITY g),
      'expires_at', :"schema".sync_webhook_time(NEW.expires_at)));
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER sync_webhook_plan_held AFTER INSERT ON syncwatch.held_plans
FOR EACH ROW EXECUTE FUNCTION :"schema".sync_webhook_plan_held();

CREATE FUNCTION :"schema".sync_webhook_asset_trashed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF :"schema".sync_webhook_wanted('asset.trashed') THEN
    PERFORM :"schema".sync_webhook_publish('asset.trashed', jsonb_build_object(
      'asset_id', NEW.id, 'key', NEW.key, 'sha256', NEW.sha256, 'size', NEW.size, 'mime_type', left(NEW.mime_type, 255),
      'trashed_at', :"schema".sync_webhook_time(NEW.trashed_at), 'trashed_by', left(NEW.trashed_by, 255),
      'trash_reason', left(NEW.trash_reason, 500)));
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER sync_webhook_asset_trashed AFTER UPDATE ON syncwatch.media_assets
FOR EACH ROW WHEN (OLD.trashed_at IS NULL AND NEW.trashed_at IS NOT NULL)
EXECUTE FUNCTION :"schema".sync_webhook_asset_trashed();

-- Where the database is dressed like Supabase: with row-level security on and no policy, these tables show nothing to pages.
DO $do$
DECLARE
  name text;
BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role')) < 3 THEN
    RETURN;
  END IF;
  FOREACH name IN ARRAY ARRAY[
    'sync_webhook_endpoints', 'sync_webhook_secrets', 'sync_webhook_deliveries', 'sync_webhook_migrations'
  ] LOOP
    EXECUTE format('ALTER TABLE :"schema".%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT ALL ON :"schema".%I TO service_role', name);
  END LOOP;
END
$do$;
