import { z } from '@hono/zod-openapi'
import { OPERATION_SOURCES, OPERATION_STATUSES, OPERATION_TYPES } from '@syncwatch/core'

const time = z.iso.datetime().nullable()
const data = z.record(z.string(), z.unknown())

/** A row of `sync_operations`. */
export const operationSchema = z
  .object({
    id: z.uuid(),
    rev: z.int(),
    operation_key: z.string().nullable(),
    operation_type: z.enum(OPERATION_TYPES),
    status: z.enum(OPERATION_STATUSES),
    progress: z
      .number()
      .min(0)
      .max(100)
      .nullable()
      .openapi({ description: 'Percent; null while the total is unknown.' }),
    total_items: z.int().nullable(),
    processed_items: z.int(),
    failed_items: z.int(),
    total_bytes: z.int().nullable(),
    processed_bytes: z.int(),
    phase: z.string().nullable(),
    message: z.string().nullable(),
    start_time: time,
    end_time: time,
    estimated_completion: time.openapi({ description: 'Null while there is not enough to go on, and when stalled.' }),
    triggered_by: z.string().nullable(),
    source: z.enum(OPERATION_SOURCES),
    store_id: z.uuid().nullable(),
    operation_data: data,
    error_details: data.nullable(),
    performance_metrics: data,
    attempt: z.int(),
    retry_of: z.uuid().nullable(),
    cancel_requested_at: time,
    lease_owner: z.string().nullable(),
    lease_until: time,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Operation')
