export interface RemovalRow {
  id: string
  changed_xid: string
}

/** Ids removed from a topic ($1) at or after a cursor ($2), the oldest first, at most $3 of the latest. */
export const readRemovals = (schema: string) => `
  SELECT id, changed_xid FROM (
    SELECT id, changed_xid FROM ${schema}.sync_removals WHERE topic = $1 AND changed_xid >= $2::xid8
    ORDER BY changed_xid DESC LIMIT $3) t
  ORDER BY changed_xid`
