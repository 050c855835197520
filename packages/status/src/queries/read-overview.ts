import type { LastReport } from './read-health.ts'
import { type MeasuredOperationRow, readMeasuredOperations } from './read-measured-operations.ts'

/** Milliseconds below which the half, 95 and 99 of a hundred connected clients lie. */
export interface LatencyPercentiles {
  p50: number
  p95: number
  p99: number
}

export interface OverviewRow {
  connected: number
  reconnecting: number
  total: number
  latency_ms: LatencyPercentiles | null
  last_update: string | null
  /** The last report; null before the first evaluation. */
  health: LastReport | null
  measured: MeasuredOperationRow[]
}

/** Connections in numbers, when anything changed last, the health, and what `readMeasuredOperations` reads with the same $1 and $2, in one statement. */
export const readOverview = (schema: string) => `
  SELECT
    count(*) FILTER (WHERE status = 'connected') AS connected,
    count(*) FILTER (WHERE status = 'reconnecting') AS reconnecting,
    count(*) AS total,
    (
      SELECT json_build_object('p50', p[1], 'p95', p[2], 'p99', p[3])
      FROM (
        SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY latency_ms) AS p
        FROM ${schema}.connection_status WHERE status = 'connected' AND latency_ms IS NOT NULL
      ) measured
      WHERE p IS NOT NULL
    ) AS latency_ms,
    greatest(
      (SELECT max(updated_at) FROM ${schema}.sync_operations WHERE status IN ('pending', 'in_progress')),
      (SELECT end_time FROM ${schema}.sync_operations WHERE end_time IS NOT NULL ORDER BY end_time DESC LIMIT 1)
    ) AS last_update,
    (
      SELECT json_build_object('rev', rev, 'report', report, 'updated_at', updated_at)
      FROM ${schema}.sync_health WHERE id = 'system'
    ) AS health,
    (SELECT coalesce(json_agg(m), '[]') FROM (${readMeasuredOperations(schema)}) m) AS measured
  FROM ${schema}.connection_status`
