/** What the other nodes are up to, as far as it matters here. */
export interface NodesSeen {
  /** How many views are open on the nodes that are alive, this one left out. */
  watchers: number
  dead: string[] | null
}

/** A sign of life of node $1 with $2 (metadata), and who has given none for $3 milliseconds. */
export const beatNode = (schema: string) => `
  WITH mine AS (
    INSERT INTO ${schema}.sync_nodes AS n (node_id, metadata) VALUES ($1, $2::jsonb)
    ON CONFLICT (node_id) DO UPDATE SET heartbeat_at = now(), metadata = excluded.metadata
  ), others AS (
    SELECT node_id, metadata, heartbeat_at < now() - $3 * interval '1 millisecond' AS is_dead
    FROM ${schema}.sync_nodes WHERE node_id <> $1
  )
  SELECT
    coalesce(sum((metadata ->> 'watchers')::int) FILTER (WHERE NOT is_dead), 0)::int AS watchers,
    array_agg(node_id) FILTER (WHERE is_dead) AS dead
  FROM others`
