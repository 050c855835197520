-- Any program that can send SQL can show its work: open the panel, run this file a line at a time, and watch the bar move.
--   psql "$DATABASE_URL" -f drive-an-operation.sql

-- One that is there. `operation_key` is your own name for it; without one, keep the uuid that is returned.
SELECT create_sync_operation('upload', 10, 'nightly import', 'scheduled', operation_key => 'import-2026-01-31');

-- The first progress starts it. Four of ten items give 40 %.
SELECT update_sync_progress('import-2026-01-31', processed => 4, message => 'Copying photographs', phase => 'copying');

-- A percent of your own wins over the counts. One of the seven items failed.
SELECT update_sync_progress('import-2026-01-31', 75, 7, 1, 'Copying films');

-- 100 % is said by the end alone: until then it is 99 %, phase `finishing`.
SELECT update_sync_progress('import-2026-01-31', 100, 10);

SELECT complete_sync_operation('import-2026-01-31', 'completed', message => '9 copied, 1 failed');

-- What everybody saw, in order.
SELECT e.kind, e.status, e.message
FROM sync_operation_events e JOIN sync_operations o ON o.id = e.operation_id
WHERE o.operation_key = 'import-2026-01-31'
ORDER BY e.id;
