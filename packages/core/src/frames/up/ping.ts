import { z } from 'zod'

/** `t` is the client's own time in milliseconds and comes back unchanged; `latency` is what it measured last. */
export const pingSchema = z.strictObject({
  type: z.literal('ping'),
  t: z.number(),
  latency: z.number().min(0).max(600_000).optional(),
})
export type Ping = z.infer<typeof pingSchema>
