import type { ItemRow } from '@syncwatch/core'

export const ITEM_COLUMNS =
  'id, rev, operation_id, item_key, action, state, bytes, error_code, error_message, duration_ms, attempt, created_at, updated_at'

export type StoredItem = ItemRow & { changed_xid: string }
export type ListedItem = StoredItem & { page_time: string }

/** Items of one operation ($1) in the order they were first seen; $2 states or null, $3 and $4 the last row before, $5 how many, $6 true for those with a reason alone. */
export const listItems = (schema: string) => `
  SELECT ${ITEM_COLUMNS}, changed_xid, created_at::text AS page_time FROM ${schema}.sync_operation_items
  WHERE operation_id = $1 AND ($2::text[] IS NULL OR state = ANY ($2::text[]))
    AND ($6::boolean IS NOT TRUE OR error_code IS NOT NULL)
    AND ($3::timestamptz IS NULL OR (created_at, id) > ($3::timestamptz, $4::uuid))
  ORDER BY created_at, id LIMIT $5`
