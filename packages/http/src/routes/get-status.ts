import { createRoute, z } from '@hono/zod-openapi'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { healthSchema } from '../schemas/health.ts'
import { metricsSchema } from '../schemas/metrics.ts'
import { operationSchema } from '../schemas/operation.ts'
import { storeSchema } from '../schemas/store.ts'
import { sharedReading } from '../shared-reading.ts'

const overviewSchema = z
  .object({
    health: healthSchema,
    metrics: metricsSchema,
    active_operations: z.array(operationSchema),
    connections: z.object({
      connected: z.int(),
      reconnecting: z.int(),
      total: z.int(),
      latency_ms: z
        .object({ p50: z.number(), p95: z.number(), p99: z.number() })
        .nullable()
        .openapi({ description: 'Round trips of the connected clients, milliseconds; null while none was measured.' }),
    }),
    stores: z.array(storeSchema),
    last_update: z.iso.datetime().nullable(),
  })
  .openapi('Status')

const route = createRoute({
  method: 'get',
  path: '/status',
  operationId: 'getStatus',
  summary: 'Everything at once',
  tags: ['status'],
  request: { query: z.strictObject({}) },
  responses: { 200: jsonAnswer(overviewSchema, 'The state of the system.'), ...refusals },
})

export function getStatus(app: ApiApp, { status, listStores, clock }: ApiContext): void {
  // Clients that lost a server ask the one that comes back, all of them within moments.
  const read = sharedReading(clock, () => Promise.all([status.getStatus(), listStores()]))
  app.openapi(route, async (c) => {
    const [overview, stores] = await read()
    const { last_update, ...rest } = overview
    return c.json({ ...rest, stores: [...stores], last_update }, 200)
  })
}
