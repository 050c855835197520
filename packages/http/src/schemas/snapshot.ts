import { z } from '@hono/zod-openapi'
import { SNAPSHOT_TYPES } from '@syncwatch/status-manager'
import { healthSchema } from './health.ts'
import { metricsSchema } from './metrics.ts'

/** A row of `sync_status_snapshots`. */
export const snapshotSchema = z
  .object({
    id: z.string(),
    snapshot_type: z.enum(SNAPSHOT_TYPES),
    health: healthSchema,
    metrics: metricsSchema,
    active_operations: z.int(),
    connected_clients: z.int(),
    created_at: z.iso.datetime(),
  })
  .openapi('StatusSnapshot')
