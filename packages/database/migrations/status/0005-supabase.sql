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
    EXECUTE format('ALTER TABLE :"schema".%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT ALL ON :"schema".%I TO service_role', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY[
    'sync_operations', 'sync_operation_events', 'sync_operation_items', 'sync_status_snapshots', 'sync_health',
    'sync_removals', 'sync_topic_floors', 'sync_epoch'
  ] LOOP
    EXECUTE format('GRANT SELECT ON :"schema".%I TO authenticated', name);
    EXECUTE format('CREATE POLICY %I ON :"schema".%I FOR SELECT TO authenticated USING (true)',
                   name || '_read', name);
  END LOOP;
  GRANT USAGE ON SCHEMA :"schema" TO authenticated, service_role;
END
$do$;

-- Supabase's own realtime can follow too. A publication for all tables has ours already.
DO $do$
BEGIN
  IF EXISTS (SELECT FROM pg_publication WHERE pubname = 'supabase_realtime' AND NOT puballtables) THEN
    ALTER PUBLICATION supabase_realtime
      ADD TABLE :"schema".sync_operations, :"schema".sync_operation_events, :"schema".sync_status_snapshots;
  END IF;
END
$do$;
