import { EVENT_COLUMNS } from './list-events.ts'

/** Timeline entries of operations ($1) made at or after a cursor ($2), for each operation at most $3 of the latest. */
export const readEventChanges = (schema: string) => `
  SELECT e.* FROM unnest($1::uuid[]) AS wanted (operation_id), LATERAL (
    SELECT ${EVENT_COLUMNS}, changed_xid FROM ${schema}.sync_operation_events
    WHERE operation_id = wanted.operation_id AND changed_xid >= $2::xid8
    ORDER BY changed_xid DESC LIMIT $3) e`
