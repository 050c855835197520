import { z } from 'zod'
import { operationFilterSchema } from '../operation-filter.ts'

/** Follows one more topic, or replaces the filter of one that is followed already. Answered by a snapshot. */
export const subscribeSchema = z.strictObject({
  type: z.literal('subscribe'),
  topic: z.string().max(80),
  filter: operationFilterSchema.optional(),
})
export type Subscribe = z.infer<typeof subscribeSchema>
