/** Closes the connections that nodes ($1) left open, and forgets the nodes. */
export const closeNodes = (schema: string) => `
  WITH closed AS (
    UPDATE ${schema}.connection_status SET
      status = 'disconnected', rev = rev + 1, changed_xid = pg_current_xact_id(), updated_at = now()
    WHERE node_id = ANY ($1::text[]) AND status <> 'disconnected'
  )
  DELETE FROM ${schema}.sync_nodes WHERE node_id = ANY ($1::text[])`
