import { CONNECTION_COLUMNS } from './connection-columns.ts'

/** Connections changed at or after a cursor ($1), at most $2 of the latest. */
export const readConnectionChanges = (schema: string) => `
  SELECT ${CONNECTION_COLUMNS}, changed_xid FROM ${schema}.connection_status WHERE changed_xid >= $1::xid8
  ORDER BY changed_xid DESC LIMIT $2`
