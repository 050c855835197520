import { z } from 'zod'
import { ENDED_STATUSES } from '../operation/operation-status.ts'
import { jsonRecord } from './json-record.ts'
import { count } from './numbers.ts'
import { optionalText } from './plain-text.ts'

/** The input of `CompleteOperation`. */
export const completeOperationSchema = z.strictObject({
  status: z.enum(ENDED_STATUSES),
  error_details: jsonRecord().optional(),
  message: optionalText(4_000).optional(),
  peak_concurrency: count().optional(),
})
