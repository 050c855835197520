import { z } from '@hono/zod-openapi'

const summary = {
  totalOperations: z.int(),
  successRate: z.number(),
  avgDuration: z.number().openapi({ description: 'Milliseconds.' }),
  peakConcurrency: z.int(),
  errorRate: z.number(),
}
const summarySchema = z.object(summary).openapi('MetricsSummary')

/** How operations went over a window. */
export const metricsSchema = z
  .object({
    ...summary,
    p50Duration: z.number().nullable(),
    p95Duration: z.number().nullable(),
    itemsPerSecond: z.number(),
    bytesPerSecond: z.number(),
    window_seconds: z.number(),
    by_type: z.record(z.string(), summarySchema),
    by_store: z.record(z.string(), summarySchema),
  })
  .openapi('Metrics')
