import { z } from 'zod'
import { plainText } from '../../inputs/plain-text.ts'
import { operationFilterSchema } from '../operation-filter.ts'

const subscription = z.union([
  z.string().max(80),
  z.strictObject({ topic: z.string().max(80), filter: operationFilterSchema.optional() }),
])

/** The first frame of a client, within 5 s. Without `topics` it follows `operations`, `health` and `stores`. */
export const helloSchema = z.strictObject({
  type: z.literal('hello'),
  protocol: z.number().int(),
  // It is shown in lists, where control characters and look-alikes have no business.
  clientId: plainText(100).regex(/^[ -~]+$/, 'must be made of printable ASCII characters'),
  ticket: z.string().max(2000).optional(),
  resume: z.strictObject({ epoch: z.string().max(200), cursor: z.string().regex(/^\d{1,20}$/) }).optional(),
  topics: z.array(subscription).max(20).optional(),
  /** What the client knows of itself, for the list of connections. */
  reconnectAttempts: z.number().int().min(0).max(1_000_000).optional(),
  /**
   * For how many milliseconds nothing the client holds has changed: a node that has read the database since then need not
   * read it again to know all that the client was shown elsewhere. Without it, it reads.
   */
  quietMs: z.number().min(0).optional(),
})
export type Hello = z.infer<typeof helloSchema>
