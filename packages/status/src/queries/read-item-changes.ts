import { ITEM_COLUMNS } from './list-items.ts'

/** Items of operations ($1) changed at or after a cursor ($2), for each operation at most $3 of the latest. */
export const readItemChanges = (schema: string) => `
  SELECT i.* FROM unnest($1::uuid[]) AS wanted (operation_id), LATERAL (
    SELECT ${ITEM_COLUMNS}, changed_xid FROM ${schema}.sync_operation_items
    WHERE operation_id = wanted.operation_id AND changed_xid >= $2::xid8
    ORDER BY changed_xid DESC LIMIT $3) i`
