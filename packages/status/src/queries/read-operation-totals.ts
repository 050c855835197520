import type { EndedStatus } from '@syncwatch/core'

/** The table beyond the window. */
export interface OperationTotalsRow {
  /** Open operations: `{id: status}`. */
  open: Record<string, 'pending' | 'in_progress'> | null
  ended: Partial<Record<'completed' | 'failed' | 'cancelled', number>> | null
  /** Ended at or after the cursor: `{id: [status, ended_xid]}`. */
  just_ended: Record<string, [EndedStatus, string]> | null
}

/** All open ids with their state, how many ended in each state, and who ended at or after a cursor ($1). */
export const readOperationTotals = (schema: string) => `
  SELECT
    (SELECT json_object_agg(id, status) FROM ${schema}.sync_operations
     WHERE status IN ('pending', 'in_progress')) AS open,
    (SELECT json_object_agg(status, n) FROM (
       SELECT status, count(*) AS n FROM ${schema}.sync_operations
       WHERE status IN ('completed', 'failed', 'cancelled') GROUP BY status) t) AS ended,
    (SELECT json_object_agg(id, json_build_array(status, ended_xid::text)) FROM ${schema}.sync_operations
     WHERE ended_xid >= $1::xid8) AS just_ended`
