/** One entry for a timeline, as JSON carries it to the database. */
export interface NewEvent {
  operation_id: string
  kind: string
  status?: string | null
  message: string | null
  data: Record<string, unknown>
  /** Null takes the operation's current attempt. */
  attempt: number | null
  /** When set, the operation must still be at this attempt. */
  fence: number | null
}

/** Appends entries ($1: JSON array of `NewEvent`); those of unknown or fenced operations are left out of the result. */
export const insertEvents = (schema: string) => `
  INSERT INTO ${schema}.sync_operation_events (operation_id, kind, status, message, data, attempt)
  SELECT o.id, i.kind, i.status, i.message, coalesce(i.data, '{}'), coalesce(i.attempt, o.attempt)
  FROM jsonb_to_recordset($1::jsonb) AS i (
    operation_id uuid, kind text, status text, message text, data jsonb, attempt integer, fence integer)
  JOIN ${schema}.sync_operations o ON o.id = i.operation_id AND (i.fence IS NULL OR i.fence = o.attempt)
  RETURNING id, rev, operation_id, kind, status, message, data, attempt, created_at, changed_xid`
