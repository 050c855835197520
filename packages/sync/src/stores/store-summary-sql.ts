/** The columns of a `StoreSummary`, in the order in which lists and the topic `stores` have them. A run by hand shows as such while it lasts. */
export const STORE_SUMMARY_COLUMNS = `id, rev, name, kind, mode, content_mode, location,
  CASE WHEN is_paused AND state <> 'syncing' THEN 'paused' ELSE state END AS state, asset_count, total_bytes,
  differ_count, failed_count, verified_at, converged_at, last_operation_id, last_error, schedule, next_run_at,
  conflict_policy, delete_limit,
  CASE WHEN jsonb_typeof(config -> 'prefixes') = 'array' THEN config -> 'prefixes' ELSE '[]' END AS prefixes,
  CASE WHEN jsonb_typeof(config -> 'sentinel') = 'string' THEN config ->> 'sentinel' END AS sentinel, created_at, updated_at`
