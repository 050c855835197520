import { CONNECTION_COLUMNS, type StoredConnection } from './connection-columns.ts'

export type ListedConnection = StoredConnection & { page_time: string }

/** Latest connected first. $1 and $2 the last row of the page before (time, id), $3 how many. */
export const listConnections = (schema: string) => `
  SELECT ${CONNECTION_COLUMNS}, changed_xid, connected_at::text AS page_time FROM ${schema}.connection_status
  WHERE $1::timestamptz IS NULL OR (connected_at, id) < ($1::timestamptz, $2::uuid)
  ORDER BY connected_at DESC, id DESC LIMIT $3`
