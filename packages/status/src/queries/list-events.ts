import type { EventRow } from '@syncwatch/core'

export const EVENT_COLUMNS = 'id, rev, operation_id, kind, status, message, data, attempt, created_at'

export type StoredEvent = EventRow & { changed_xid: string }

/** The timeline of one operation ($1) in order; $2 the last id of the page before or null, $3 how many. */
export const listEvents = (schema: string) => `
  SELECT ${EVENT_COLUMNS}, changed_xid FROM ${schema}.sync_operation_events
  WHERE operation_id = $1 AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`
