import { z } from 'zod'
import { jsonRecord } from './json-record.ts'
import { plainText } from './plain-text.ts'

/** What a caller may add to an operation's timeline; the other kinds of events come of themselves. */
export const operationEventSchema = z.strictObject({
  kind: z.enum(['warning', 'message', 'error']),
  message: plainText(4_000),
  data: jsonRecord().optional(),
})
export type OperationEvent = z.infer<typeof operationEventSchema>
