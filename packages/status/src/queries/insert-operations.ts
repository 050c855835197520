import { operationColumns } from './operation-columns.ts'

/** One operation to insert, as JSON carries it to the database. */
export interface NewOperation {
  id: string
  operation_key: string | null
  operation_type: string
  status: string
  progress: number | null
  total_items: number | null
  total_bytes: number | null
  triggered_by: string | null
  source: string
  store_id: string | null
  operation_data: Record<string, unknown>
  retry_of: string | null
  message: string | null
}

/**
 * Inserts any number of operations ($1: JSON array of `NewOperation`) in one statement. A row whose `operation_key` (or
 * id) is taken is left out of the result instead of failing the others.
 */
export const insertOperations = (schema: string) => `
  INSERT INTO ${schema}.sync_operations AS o (
    id, operation_key, operation_type, status, progress, total_items, total_bytes, triggered_by, source, store_id,
    operation_data, retry_of, message)
  SELECT i.id, i.operation_key, i.operation_type, i.status, i.progress, i.total_items, i.total_bytes, i.triggered_by,
    i.source, i.store_id, coalesce(i.operation_data, '{}'), i.retry_of, i.message
  FROM jsonb_to_recordset($1::jsonb) AS i (
    id uuid, operation_key text, operation_type text, status text, progress double precision, total_items bigint,
    total_bytes bigint, triggered_by text, source text, store_id uuid, operation_data jsonb, retry_of uuid, message text)
  ORDER BY i.id
  ON CONFLICT DO NOTHING
  RETURNING ${operationColumns('o')}`
