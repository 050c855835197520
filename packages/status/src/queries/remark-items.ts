/**
 * A remark ($3 code, $4 message) on items of these keys ($1) that were brought in without one, in the operations that are open or ended
 * since $2. Their rows are found by their ids, so that it costs one look an operation and key.
 */
export const remarkItems = (schema: string) => `
  UPDATE ${schema}.sync_operation_items item SET error_code = $3, error_message = $4
  FROM (
    SELECT id FROM ${schema}.sync_operations WHERE status IN ('pending', 'in_progress')
    UNION
    SELECT id FROM ${schema}.sync_operations WHERE end_time >= $2::timestamptz
  ) operation, unnest($1::text[]) AS given (item_key)
  WHERE item.id = md5(operation.id::text || ':' || given.item_key)::uuid
    AND item.action IN ('import', 'update') AND item.state = 'done' AND item.error_code IS NULL
  RETURNING item.id`
