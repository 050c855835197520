import { z } from 'zod'
import { uuid } from '../inputs/uuid.ts'
import { OPERATION_STATUSES } from '../operation/operation-status.ts'
import { OPERATION_TYPES } from '../operation/operation-type.ts'

/** Narrows the topic `operations`. Absent means all; within a list any, between the lists all must hold. */
export const operationFilterSchema = z.strictObject({
  operation_type: z.array(z.enum(OPERATION_TYPES)).max(5).optional(),
  status: z.array(z.enum(OPERATION_STATUSES)).max(5).optional(),
  store_id: z.array(uuid<string>()).max(100).optional(),
  id: z.array(uuid<string>()).max(100).optional(),
})
export type OperationFilter = z.infer<typeof operationFilterSchema>
