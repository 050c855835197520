/**
 * Operations whose worker is gone, locked against everybody, at most $1: those whose lease has run out, and those that were
 * driven without a claim by a node other than $2 that has given no sign of life for $3 milliseconds. Those that somebody
 * holds are his.
 */
export const findOrphans = (schema: string) => `
  SELECT o.id FROM ${schema}.sync_operations o
  WHERE o.status IN ('pending', 'in_progress') AND (
    o.lease_until < now()
    OR o.attempt = 0 AND o.lease_owner <> $2 AND NOT EXISTS (
      SELECT 1 FROM ${schema}.sync_nodes n
      WHERE n.node_id = o.lease_owner AND n.heartbeat_at > now() - $3 * interval '1 millisecond'))
  ORDER BY o.id LIMIT $1 FOR UPDATE OF o SKIP LOCKED`
