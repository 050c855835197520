import { z } from '@hono/zod-openapi'
import { ITEM_ACTIONS, ITEM_STATES } from '@syncwatch/core'

/** A row of `sync_operation_items`. */
export const itemSchema = z
  .object({
    id: z.string(),
    rev: z.int(),
    operation_id: z.uuid(),
    item_key: z.string(),
    action: z.enum(ITEM_ACTIONS),
    state: z.enum(ITEM_STATES),
    bytes: z.int().nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    duration_ms: z.number().nullable(),
    attempt: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Item')
