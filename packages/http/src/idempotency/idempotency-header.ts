import { z } from '@hono/zod-openapi'

/** The header of every POST that makes it safe to repeat. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .openapi({
      description: 'Repeating a request with the same key and body gives the same answer and changes nothing.',
    }),
})
