import { z } from 'zod'
import { isUuid, type OperationId, type StoreId } from '../ids.ts'
import { OPERATION_SOURCES, OPERATION_TYPES } from '../operation/operation-type.ts'
import { jsonRecord } from './json-record.ts'
import { count } from './numbers.ts'
import { optionalText, plainText } from './plain-text.ts'
import { uuid } from './uuid.ts'

/** The longest `operation_key`. */
export const OPERATION_KEY_LIMIT = 255

/** The input of `CreateOperation`. A key may not look like a uuid, or it could not be told from an id. */
export const createOperationSchema = z.strictObject({
  operation_type: z.enum(OPERATION_TYPES),
  operation_key: plainText(OPERATION_KEY_LIMIT)
    .refine((key) => !isUuid(key), 'must not be a uuid: those are ids')
    .optional(),
  total_items: count().optional(),
  total_bytes: count().optional(),
  triggered_by: optionalText(200).optional(),
  source: z.enum(OPERATION_SOURCES).optional(),
  store_id: uuid<StoreId>().optional(),
  operation_data: jsonRecord().optional(),
  retry_of: uuid<OperationId>().optional(),
  message: optionalText(4_000).optional(),
})
