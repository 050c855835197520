import { operationColumns, type StoredOperation } from './operation-columns.ts'

/** `page_time` is `created_at` in full precision, for the cursor of the page. */
export type ListedOperation = StoredOperation & { page_time: string }

/**
 * Newest first. $1 statuses, $2 types, $3 stores (each null for all), $4 and $5 the last row of the page before (time, id),
 * $6 how many. A null parameter folds away when the statement is planned, so each filter meets its own index.
 */
export const listOperations = (schema: string) => `
  SELECT ${operationColumns('o')}, o.created_at::text AS page_time FROM ${schema}.sync_operations o
  WHERE ($1::text[] IS NULL OR o.status = ANY ($1::text[]))
    AND ($2::text[] IS NULL OR o.operation_type = ANY ($2::text[]))
    AND ($3::uuid[] IS NULL OR o.store_id = ANY ($3::uuid[]))
    AND ($4::timestamptz IS NULL OR (o.created_at, o.id) < ($4::timestamptz, $5::uuid))
  ORDER BY o.created_at DESC, o.id DESC LIMIT $6`
