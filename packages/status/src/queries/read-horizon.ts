/** Everything below `xmin` is decided and visible; `xmax` is the first id that no transaction has yet. */
export interface Horizon {
  xmin: string
  xmax: string
  /** Topic to the cursor below which it cannot be resumed. */
  floors: Record<string, string> | null
}

/** Read before the rows: what their later snapshots see beyond it is read again, never missed. */
export const readHorizon = (schema: string) => `
  SELECT pg_snapshot_xmin(s) AS xmin, pg_snapshot_xmax(s) AS xmax,
    (SELECT json_object_agg(topic, floor::text) FROM ${schema}.sync_topic_floors) AS floors
  FROM pg_current_snapshot() s`
