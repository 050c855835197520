/** Operations whose lease has run out, locked against everybody, at most $1. Those that somebody holds are his. */
export const findOrphans = (schema: string) => `
  SELECT id FROM ${schema}.sync_operations
  WHERE status IN ('pending', 'in_progress') AND lease_until < now()
  ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`
