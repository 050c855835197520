/** The columns of a `StoreSummary`, in the order in which lists and the topic `stores` have them. */
export const STORE_SUMMARY_COLUMNS = `id, rev, name, kind, mode, content_mode, location, state, asset_count, total_bytes,
  differ_count, failed_count, verified_at, last_operation_id, last_error, next_run_at, created_at, updated_at`
