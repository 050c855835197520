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

/** What a reading begins with. */
export interface News extends Horizon {
  /** Those of `CHEAPLY_ASKED` in which something changed at or after the cursor, as far as it can be seen yet. */
  changed: string[]
}

/** Topics of which one look says whether there is anything to read. */
export const CHEAPLY_ASKED: ReadonlySet<string> = new Set(['operations', 'connections', 'health'])

/** The horizon, and which of the topics $2 have changed at or after the cursor $1: the others need not be read at all. */
export const readNews = (schema: string) => {
  const removed = (topic: string) =>
    `EXISTS (SELECT FROM ${schema}.sync_removals WHERE topic = '${topic}' AND changed_xid >= $1::xid8)`
  return `
  SELECT pg_snapshot_xmin(s) AS xmin, pg_snapshot_xmax(s) AS xmax,
    (SELECT json_object_agg(topic, floor::text) FROM ${schema}.sync_topic_floors) AS floors,
    array_remove(ARRAY[
      CASE WHEN 'operations' = ANY ($2::text[]) AND (
        EXISTS (SELECT FROM ${schema}.sync_operations
                WHERE status IN ('pending', 'in_progress') AND changed_xid >= $1::xid8)
        OR EXISTS (SELECT FROM ${schema}.sync_operations WHERE ended_xid >= $1::xid8)
        OR ${removed('operations')}) THEN 'operations' END,
      CASE WHEN 'connections' = ANY ($2::text[]) AND (
        EXISTS (SELECT FROM ${schema}.connection_status WHERE changed_xid >= $1::xid8)
        OR ${removed('connections')}) THEN 'connections' END,
      CASE WHEN 'health' = ANY ($2::text[])
        AND EXISTS (SELECT FROM ${schema}.sync_health WHERE changed_xid >= $1::xid8) THEN 'health' END
    ], NULL) AS changed
  FROM pg_current_snapshot() s`
}

/** Read after the rows: a removal that was purged before it could be read has raised a floor by then. */
export const readFloors = (schema: string) => `
  SELECT json_object_agg(topic, floor::text) AS floors FROM ${schema}.sync_topic_floors`
