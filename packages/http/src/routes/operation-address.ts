import { z } from '@hono/zod-openapi'
import { OPERATION_KEY_LIMIT } from '@syncwatch/core'

/** The id in the address of one operation: its uuid or its `operation_key`. */
export const operationAddress = z.object({
  id: z
    .string()
    .min(1)
    .max(OPERATION_KEY_LIMIT)
    .openapi({ description: 'The id of the operation, or its `operation_key`.' }),
})
