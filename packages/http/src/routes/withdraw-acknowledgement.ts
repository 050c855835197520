import { createRoute, z } from '@hono/zod-openapi'
import { healthReasonCodeSchema } from '@syncwatch/core'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { healthSchema } from '../schemas/health.ts'

const route = createRoute({
  method: 'delete',
  path: '/health/acknowledgements/{code}',
  operationId: 'withdrawAcknowledgement',
  summary: 'Take back that a reason of the health was accepted',
  description: 'The reason counts again at once. Taking back what does not hold changes nothing.',
  tags: ['status'],
  request: { params: z.object({ code: healthReasonCodeSchema }) },
  responses: { 200: jsonAnswer(healthSchema, 'The health, judged anew.'), ...refusals },
})

export function withdrawAcknowledgement(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => c.json(await status.withdrawAcknowledgement(c.req.valid('param').code), 200))
}
