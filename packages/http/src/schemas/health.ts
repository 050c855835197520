import { z } from '@hono/zod-openapi'
import { HEALTH_REASON_CODES, HEALTH_STATUSES } from '@syncwatch/core'

const reasonSchema = z
  .object({
    code: z.enum(HEALTH_REASON_CODES),
    severity: z.enum(HEALTH_STATUSES),
    message: z.string(),
    value: z.number(),
    threshold: z.number(),
    since: z.string(),
    action: z.string(),
    acknowledged: z.object({ by: z.string(), note: z.string(), until: z.string() }).optional(),
  })
  .openapi('HealthReason')

/** The health of the system, with the numbers behind it. */
export const healthSchema = z
  .object({
    id: z.literal('system'),
    rev: z.int(),
    status: z.enum(HEALTH_STATUSES),
    performance_score: z.number(),
    error_rate: z.number(),
    trend: z.enum(['improving', 'steady', 'worsening']),
    reasons: z.array(reasonSchema),
    sample_size: z.int(),
    window_seconds: z.number(),
    since: z.string(),
    evaluated_at: z.string(),
  })
  .openapi('Health')
