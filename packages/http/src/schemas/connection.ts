import { z } from '@hono/zod-openapi'
import { CONNECTION_STATUSES } from '@syncwatch/core'

/** A row of `connection_status`. */
export const connectionSchema = z
  .object({
    id: z.string(),
    rev: z.int(),
    client_id: z.string(),
    status: z.enum(CONNECTION_STATUSES),
    last_ping: z.string().nullable(),
    latency_ms: z.number().nullable(),
    reconnect_attempts: z.int(),
    user_agent: z.string().nullable(),
    ip_address: z.string().nullable(),
    node_id: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    connected_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Connection')
