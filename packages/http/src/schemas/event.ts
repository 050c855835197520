import { z } from '@hono/zod-openapi'
import { EVENT_KINDS } from '@syncwatch/core'

/** A row of `sync_operation_events`. */
export const eventSchema = z
  .object({
    id: z.string(),
    rev: z.int(),
    operation_id: z.uuid(),
    kind: z.enum(EVENT_KINDS),
    status: z.string().nullable(),
    message: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    attempt: z.int(),
    created_at: z.iso.datetime(),
  })
  .openapi('Event')
