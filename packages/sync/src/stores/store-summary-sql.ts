/** The columns of a `StoreSummary`, in the order in which lists and the topic `stores` have them. */
export const STORE_SUMMARY_COLUMNS = `id, rev, name, kind, mode, content_mode, location, state, asset_count, total_bytes,
  differ_count, failed_count, verified_at, converged_at, last_operation_id, last_error, schedule, next_run_at,
  conflict_policy, delete_limit, created_at, updated_at`
