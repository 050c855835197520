/** Everything below `xmin` is decided and visible; `xmax` is the first id that no transaction has yet. */
export interface Horizon {
  xmin: string
  xmax: string
  floors: Floors | null
}

/** Topic to the cursor below which it cannot be resumed. */
export type Floors = Readonly<Record<string, string>>

/** Read before the rows: what their later snapshots see beyond it is read again, never missed. */
export const readHorizon = (schema: string) => `
  SELECT pg_snapshot_xmin(s) AS xmin, pg_snapshot_xmax(s) AS xmax,
    (SELECT json_object_agg(topic, floor::text) FROM ${schema}.sync_topic_floors) AS floors
  FROM pg_current_snapshot() s`

/** Read after the rows: a removal that was purged before it could be read has raised a floor by then. */
export const readFloors = (schema: string) => `
  SELECT json_object_agg(topic, floor::text) AS floors FROM ${schema}.sync_topic_floors`
