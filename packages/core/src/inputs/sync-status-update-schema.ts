import { z } from 'zod'
import { OPERATION_STATUSES } from '../operation/operation-status.ts'
import { OPERATION_TYPES } from '../operation/operation-type.ts'
import { OPERATION_KEY_LIMIT } from './create-operation-schema.ts'
import { jsonRecord } from './json-record.ts'
import { percent } from './numbers.ts'
import { optionalText, plainText } from './plain-text.ts'

/** The input of `SyncStatusUpdate`. */
export const syncStatusUpdateSchema = z.strictObject({
  operation_id: plainText(OPERATION_KEY_LIMIT),
  operation_type: z.enum(OPERATION_TYPES),
  status: z.enum(OPERATION_STATUSES),
  progress: percent(),
  message: optionalText(4_000).optional(),
  timestamp: z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time' }),
  performance_data: jsonRecord().optional(),
})
