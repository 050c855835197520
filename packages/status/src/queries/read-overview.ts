export interface OverviewRow {
  connected: number
  reconnecting: number
  total: number
  last_update: string | null
}

/** Connections in numbers, and when anything changed last. */
export const readOverview = (schema: string) => `
  SELECT
    count(*) FILTER (WHERE status = 'connected') AS connected,
    count(*) FILTER (WHERE status = 'reconnecting') AS reconnecting,
    count(*) AS total,
    greatest(
      (SELECT max(updated_at) FROM ${schema}.sync_operations WHERE status IN ('pending', 'in_progress')),
      (SELECT end_time FROM ${schema}.sync_operations WHERE end_time IS NOT NULL ORDER BY end_time DESC LIMIT 1)
    ) AS last_update
  FROM ${schema}.connection_status`
